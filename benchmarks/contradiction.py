"""How many real records `contradiction` flags, and how many planted contradictions it finds.

    python benchmarks/contradiction.py [RECORDS]

Flagged: every record of the corpora as it is, Spanish ones with their codes. Rules were tuned on
the train files; the others are reported apart. Planted: sentences of the templates below are put
behind random sentences of a real record, up to RECORDS (200) per corpus, one kind each in turn. The
patient's age and sex come from the record's own opening; a record without one gets an opening, and
one whose opening is not understood is left out.
Templates of even number were seen while tuning (`tuned`), those of odd number were not (`unseen`);
both are by the author of the rules, so other authors' contradictions will be found less often. A
plant counts as found when a rule is broken that the record did not break before. Every draw is
seeded; no text is printed. Writes results/contradiction.json.
"""

import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from corpora import RESULTS, reading

from auditor.indexes.binomial import interval
from auditor.indexes.contradictions import contradictions
from auditor.record import Record

SOURCES = ("aci", "counsel", "mtsamples", "mtsdialog")
TRAIN = (
    *(f"source/en_{name}_train" for name in SOURCES),
    "source/es_codiesp_train",
    "source/es_meddocan_train",
)
OTHERS = (
    *(name.replace("train", "holdout") for name in TRAIN),
    "synthetic/en_codiesp_mt",
    "synthetic/en_mentalchat",
)
RECORDS = 200
# The opening of a record, apart from the patterns of the rules.
OPENING = {
    "en": re.compile(r"\b(\d\d)[- ]year[- ]old (?:\w+ )?(woman|female|lady|man|male|gentleman)\b"),
    "es": re.compile(r"\b([Mm]ujer|[Vv]arón|[Hh]ombre)(?: \w+)? de (\d\d) años"),
}
AGE = re.compile(
    r"\b\d{1,3}[- ]?(?:year|month|week|day|yo\b|y/o|años|meses|semanas|días)|\bedad|\bage",
    re.IGNORECASE,
)
HEAD = 400  # characters: where a patient's age is told
WOMEN = ("woman", "female", "lady", "mujer")
OPENINGS = {
    "en": {
        "male": "A {age}-year-old man was seen. ",
        "female": "A {age}-year-old woman was seen. ",
    },
    "es": {"male": "Varón de {age} años. ", "female": "Mujer de {age} años. "},
}
CHILDREN = {
    "en": {"male": "An 8-year-old boy was seen. ", "female": "An 8-year-old girl was seen. "},
    "es": {"male": "Niño de 8 años. ", "female": "Niña de 8 años. "},
}
EVENTS = ("woman's event, man", "man's event, woman")
Templates = Mapping[str, list[tuple[str, ...]]]

# Language -> kind -> templates: sentences that are planted apart, in order.
PLANTS: dict[str, Templates] = {
    "en": {
        "woman's event, man": [
            ("He is twelve weeks pregnant.",),
            ("Obstetric history: he gave birth twice by vaginal delivery.",),
            ("Past surgery includes a hysterectomy for fibroids.",),
            ("His last menstrual period was three weeks before the visit.",),
            ("He has a history of ovarian cysts.",),
            ("He developed postpartum depression after the birth of the second baby.",),
        ],
        "man's event, woman": [
            ("She underwent a prostatectomy.",),
            ("Her PSA was raised and prostate cancer was confirmed.",),
            ("She takes tamsulosin for benign prostatic hyperplasia.",),
            ("Digital rectal examination revealed an enlarged prostate.",),
        ],
        "adult life, child": [
            ("The patient works as an accountant and drives to the office.",),
            ("He was recently divorced and lives alone.",),
            ("There is a 40 pack-year smoking history.",),
            ("He retired from the postal service.",),
            ("He meets criteria for antisocial personality disorder.",),
            ("He was diagnosed with Alzheimer's disease.",),
        ],
        "longer than life": [
            ("The patient has a {beyond}-year history of hypertension.",),
            ("Symptoms have been present for {beyond} years.",),
            ("Alcohol was consumed heavily over the past {beyond} years.",),
            ("The first operation took place {beyond} years ago.",),
        ],
        "event after present age": [
            ("The first depressive episode was at age {beyond}.",),
            ("The patient got married at {beyond}.",),
            ("Diabetes was diagnosed at the age of {beyond}.",),
            ("At age {beyond} the patient was hospitalized for the first time.",),
        ],
        "two ages": [
            ("This {other}-year-old {noun} sleeps poorly.",),
            ("In summary, this is a {other}-year-old {noun} with several complaints.",),
            ("The {other}-year-old {noun} agreed to the plan.",),
            ("Age: {other}.",),
        ],
        "duration": [
            (
                "The low mood has been present for three days.",
                "Diagnosis: major depressive disorder.",
            ),
            ("She felt depressed for only two days.", "Assessment: Major depressive episode."),
            (
                "Hallucinations began five days ago.",
                "The patient was diagnosed with schizophrenia.",
            ),
            ("A two-week history of sad mood is reported.", "Impression: dysthymia."),
            ("Anxiety has persisted for four days.", "Assessment: Generalized anxiety disorder."),
            ("Nightmares have lasted for two days.", "Dx: PTSD."),
        ],
        "dose": [
            ("Sertraline 5000 mg daily was prescribed.",),
            ("Current medication: lithium carbonate 30 g at night.",),
            ("The patient takes olanzapine 500 mg once daily.",),
            ("Home medications include lorazepam 200 mg twice a day.",),
            ("Levothyroxine 75 mg is taken every morning.",),
            ("He is maintained on escitalopram 1000 mg.",),
        ],
        "suicidal ideation": [
            (
                "Denies suicidal ideation.",
                "The patient reports active suicidal ideation with a plan.",
            ),
            ("There is no suicidal ideation.", "The patient wants to end his life."),
            (
                "No suicidal or homicidal thoughts.",
                "The patient endorses suicidal thoughts every day.",
            ),
            ("The patient is not suicidal.", "He expresses a wish to die and suicidal intent."),
        ],
        "hallucinations": [
            ("No hallucinations are present.", "The patient hears voices commenting on him."),
            ("Denies auditory or visual hallucinations.", "She reports hearing voices."),
            ("Denies any perceptual disturbances.", "He experiences auditory hallucinations."),
            (
                "There are no hallucinations.",
                "The patient describes voices that tell him to leave.",
            ),
        ],
        "alcohol, tobacco, drugs": [
            ("The patient does not drink alcohol.", "He drinks a bottle of wine every evening."),
            ("Denies alcohol use.", "The patient has four beers a day."),
            ("The patient is a nonsmoker.", "He smokes one pack of cigarettes per day."),
            ("The patient has never smoked.", "Smokes twenty cigarettes a day."),
            ("Denies illicit drug use.", "The patient smokes marijuana daily."),
            ("No recreational drug use.", "He uses cocaine on weekends."),
        ],
        "allergy": [
            ("No known drug allergies.", "The patient is allergic to penicillin."),
            ("Allergies: none known.", "Penicillin causes an allergic rash in this patient."),
            ("NKDA.", "The patient has an allergy to sulfa."),
            ("The patient has no known allergies.", "She is severely allergic to codeine."),
        ],
    },
    "es": {
        "woman's event, man": [
            ("El paciente está embarazado de doce semanas.",),
            ("Dio a luz a dos gemelos sin complicaciones.",),
            ("Fue sometido a una histerectomía por miomas.",),
            ("La última regla fue hace tres semanas.",),
            ("Presentó depresión posparto.",),
            ("Antecedentes de quistes ováricos.",),
        ],
        "man's event, woman": [
            ("Fue intervenida de hiperplasia benigna de próstata.",),
            ("Diagnosticada de cáncer de próstata.",),
            ("Antecedentes de prostatitis crónica.",),
            ("Refiere disfunción eréctil.",),
        ],
        "adult life, child": [
            ("Trabaja como contable en una gestoría.",),
            ("Está divorciado y vive solo.",),
            ("Fumador de 20 cigarrillos al día.",),
            ("Está jubilado desde el año pasado.",),
            ("Diagnosticado de trastorno límite de la personalidad.",),
            ("Padece enfermedad de Alzheimer.",),
        ],
        "longer than life": [
            ("Presenta hipertensión desde hace {beyond} años.",),
            ("Cefalea de {beyond} años de evolución.",),
            ("Bebe en exceso durante los últimos {beyond} años.",),
            ("Fue operado por primera vez hace {beyond} años.",),
        ],
        "event after present age": [
            ("El primer episodio depresivo fue a los {beyond} años.",),
            ("Se casó a los {beyond} años.",),
            ("Fue diagnosticado de diabetes a los {beyond} años.",),
            ("A los {beyond} años ingresó por primera vez.",),
        ],
        "two ages": [
            ("Este {noun} de {other} años duerme mal.",),
            ("En resumen, se trata de un paciente {noun} de {other} años con varias quejas.",),
            ("El {noun} de {other} años aceptó el plan.",),
            ("Edad: {other} años.",),
        ],
        "duration": [
            ("Ánimo bajo desde hace tres días.", "Diagnóstico: trastorno depresivo mayor."),
            ("Está triste desde hace dos días.", "Juicio clínico: episodio depresivo grave."),
            ("Oye voces desde hace cinco días.", "Diagnóstico: esquizofrenia paranoide."),
            ("Cuadro de tristeza de dos semanas de evolución.", "Diagnóstico: distimia."),
            (
                "Ansiedad desde hace cuatro días.",
                "Diagnóstico: trastorno de ansiedad generalizada.",
            ),
            ("Pesadillas durante los últimos dos días.", "Diagnóstico: TEPT."),
        ],
        "dose": [
            ("Se pautó sertralina 5000 mg al día.",),
            ("Tratamiento actual: carbonato de litio 30 g por la noche.",),
            ("Toma olanzapina 500 mg cada noche.",),
            ("En tratamiento con lorazepam 200 mg cada 12 horas.",),
            ("Levotiroxina 75 mg en ayunas.",),
            ("Mantiene escitalopram 1.000 mg diarios.",),
        ],
        "suicidal ideation": [
            ("Niega ideación suicida.", "Refiere ideas de suicidio con plan estructurado."),
            ("Sin ideación autolítica.", "Expresa deseos de quitarse la vida."),
            ("No presenta ideación autolítica.", "Verbaliza ideas autolíticas persistentes."),
            ("No hay ideas de muerte ni de suicidio.", "Quiere suicidarse con pastillas."),
        ],
        "hallucinations": [
            ("Sin alteraciones sensoperceptivas.", "Oye voces que comentan sus actos."),
            ("No presenta alucinaciones.", "Presenta alucinaciones auditivas imperativas."),
            ("Niega alucinaciones.", "Refiere alucinaciones auditivas frecuentes."),
            (
                "No se aprecian alteraciones de la sensopercepción.",
                "Escucha voces de desconocidos.",
            ),
        ],
        "alcohol, tobacco, drugs": [
            ("No consume alcohol.", "Bebe una botella de vino cada noche."),
            ("Niega consumo de alcohol.", "Toma cuatro cervezas diarias."),
            ("No fuma.", "Fuma un paquete de tabaco diario."),
            ("Nunca ha fumado.", "Fumador activo de veinte cigarrillos al día."),
            ("Niega consumo de tóxicos.", "Fuma porros a diario."),
            ("Niega el consumo de drogas.", "Consume cocaína los fines de semana."),
        ],
        "allergy": [
            ("Sin alergias medicamentosas conocidas.", "Es alérgico a la penicilina."),
            ("No refiere alergias a medicamentos.", "Alergia a las sulfamidas."),
            ("No alergias conocidas.", "Alérgico al ibuprofeno."),
            ("Niega alergias.", "Presenta alergia a la amoxicilina."),
        ],
    },
}  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """A record with a contradiction in it."""

    kind: str
    number: int
    clean: str
    text: str


def main() -> None:
    """Counts, prints and writes both shares."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    result: dict[str, object] = {}
    for name, files in (("train", TRAIN), ("others", OTHERS)):
        result[name] = {"flagged": flagged(files), "found": found(files, most)}
        print(name, json.dumps(result[name], indent=1, ensure_ascii=False))
    (RESULTS / "contradiction.json").write_text(
        json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def flagged(files: tuple[str, ...]) -> dict[str, object]:
    """How many records of each file break a rule, and which rules."""
    rows: dict[str, object] = {}
    records = hits = characters = 0
    begin = time.process_time()
    for file in files:
        broken = [rules_of(r.text, r) for r in reading(file).records]
        rules = Counter(rule for some in broken for rule in some)
        count = sum(map(bool, broken))
        rows[file] = {
            "records": len(broken),
            "flagged": count,
            "rules": dict(sorted(rules.items())),
        }
        records, hits = records + len(broken), hits + count
        characters += sum(len(r.text) for r in reading(file).records)
    speed = round((time.process_time() - begin) / characters * 1e6, 1)
    return {**rows, "all": share(hits, records), "seconds_per_million_characters": speed}


def found(files: tuple[str, ...], most: int) -> dict[str, object]:
    """The share of plants found, by language, kind, and whether the template was seen."""
    hits: Counter[tuple[str, ...]] = Counter()
    tries: Counter[tuple[str, ...]] = Counter()
    for file in files:
        for record, plant in planted(file, most):
            caught = bool(rules_of(plant.text, record) - rules_of(plant.clean, record))
            seen = "unseen" if plant.number % 2 else "tuned"
            for key in ((seen,), (record.lang, seen), (record.lang, seen, plant.kind)):
                tries[key] += 1
                hits[key] += caught
    return {", ".join(key): share(hits[key], tries[key]) for key in sorted(tries)}


def share(hits: int, of: int) -> dict[str, object]:
    """A count, a share and its 95 % interval."""
    low, high = interval(hits, of)
    return {
        "count": hits, "of": of, "share": round(hits / of, 4),
        "interval": [round(low, 4), round(high, 4)],
    }  # fmt: skip


def rules_of(text: str, record: Record) -> set[str]:
    """The rules that a text breaks, with the codes of the record."""
    return {broken.rule for broken in contradictions(text, record.lang, record.label)}


def planted(file: str, most: int) -> Iterator[tuple[Record, Planted]]:
    """Records of a file, sampled by seed, each with a plant; kinds and templates in turn."""
    records = [r for r in reading(file).records if _understood(r)]
    draw = random.Random(f"contradiction {file}")
    sample = draw.sample(records, min(most, len(records)))
    for index, record in enumerate(sample):
        kinds = list(PLANTS[record.lang])
        kind = kinds[index % len(kinds)]
        templates = PLANTS[record.lang][kind]
        number = index // len(kinds) % len(templates)
        yield record, plant(record, kind, number, draw)


def plant(record: Record, kind: str, number: int, draw: random.Random) -> Planted:
    """A template filled in for the record's patient, its sentences at random places."""
    language, clean = record.lang, record.text
    opening = _opening(language, clean)
    if kind in EVENTS:  # the one that does not go with the record's own patient
        kind = EVENTS[1] if opening and opening[1] == "female" else EVENTS[0]
        number %= len(PLANTS[language][kind])
    if kind == "adult life, child":
        clean, opening = CHILDREN[language]["male"] + _without_opening(language, clean), (8, "male")
    elif opening is None:
        sex = "male" if kind == EVENTS[0] else draw.choice(["male", "female"])
        opening = draw.randint(21, 60), sex
        clean = OPENINGS[language][sex].format(age=opening[0]) + _without_opening(language, clean)
    age, sex = opening
    nouns = {"en": {"male": "man", "female": "woman"}, "es": {"male": "varón", "female": "mujer"}}
    words = {
        "beyond": age + draw.randint(8, 30), "noun": nouns[language][sex],
        "other": age + draw.randint(8, 20),
    }  # fmt: skip
    text = clean
    sentences = [sentence.format(**words) for sentence in PLANTS[language][kind][number]]
    for sentence in sentences:
        places = [match.end() for match in re.finditer(r"[.?!]\s", text)] or [len(text)]
        place = draw.choice(places)
        text = f"{text[:place].rstrip()} {sentence} {text[place:].lstrip(' ')}"
    return Planted(kind, number, clean, text)


def _opening(language: str, text: str) -> tuple[int, str] | None:
    if not (match := OPENING[language].search(text)):
        return None
    age, noun = match.groups() if language == "en" else match.groups()[::-1]
    return int(age), "female" if noun.lower() in WOMEN else "male"


def _understood(record: Record) -> bool:
    """Whether the opening can be read, or there is none."""
    head = record.text[:HEAD]
    return bool(OPENING[record.lang].search(record.text)) or not AGE.search(head)


def _without_opening(language: str, text: str) -> str:
    """The text with no age and sex stated where they would be another patient's."""
    return OPENING[language].sub("patient", text)


if __name__ == "__main__":
    main()
