"""A model of one's own: tiny ones are made here, and everything that can be wrong with one."""

import math
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from auditor.detect.models import own_labels, own_pipeline
from auditor.detect.models.own import OwnModel, own_model
from auditor.detect.models.own_labels import IGNORED, MEANINGS, meanings, prefix
from auditor.detect.recognizers import registry
from auditor.errors import AuditorError, CannotMeasure, PolicyError

REPOSITORY = Path(__file__).parents[2]
MEDDOCAN = """
    NOMBRE_SUJETO_ASISTENCIA NOMBRE_PERSONAL_SANITARIO EDAD_SUJETO_ASISTENCIA FECHAS CALLE
    TERRITORIO PAIS HOSPITAL INSTITUCION CENTRO_SALUD NUMERO_TELEFONO NUMERO_FAX CORREO_ELECTRONICO
    URL_WEB DIREC_PROT_INTERNET ID_SUJETO_ASISTENCIA ID_CONTACTO_ASISTENCIAL ID_ASEGURAMIENTO
    ID_TITULACION_PERSONAL_SANITARIO ID_EMPLEO_PERSONAL_SANITARIO IDENTIF_VEHICULOS_NRSERIE_PLACAS
    IDENTIF_DISPOSITIVOS_NRSERIE NUMERO_BENEF_PLAN_SALUD OTRO_NUMERO_IDENTIF IDENTIF_BIOMETRICOS
    PROFESION SEXO_SUJETO_ASISTENCIA FAMILIARES_SUJETO_ASISTENCIA OTROS_SUJETO_ASISTENCIA
"""
I2B2 = """
    PATIENT DOCTOR USERNAME PROFESSION ROOM DEPARTMENT HOSPITAL ORGANIZATION STREET CITY STATE
    COUNTRY ZIP LOCATION-OTHER AGE DATE PHONE FAX EMAIL URL IPADDR SSN MEDICALRECORD HEALTHPLAN
    ACCOUNT LICENSE VEHICLE DEVICE BIOID IDNUM
"""
DEID_ROBERTA = "PATIENT STAFF AGE DATE LOC PHONE ID EMAIL PATORG HOSP OTHERPHI"
STANFORD = "PATIENT HCW HOSPITAL VENDOR DATE ID PHONE"
ONTONOTES = """
    PERSON NORP FAC ORG GPE LOC PRODUCT EVENT WORK_OF_ART LAW LANGUAGE DATE TIME PERCENT MONEY
    QUANTITY ORDINAL CARDINAL
"""
WIKINER = "PER LOC ORG MISC"


def seen(model: OwnModel, text: str) -> list[tuple[str, str]]:
    return [(label, text[start:end]) for start, end, label, _ in model.find(text)]


def fault(path: Path | str) -> AuditorError:
    """What is said of a model that is not read: one line, with the folder and what to do."""
    with pytest.raises(AuditorError) as caught:
        own_model(str(path))
    said = str(caught.value)
    assert isinstance(caught.value, PolicyError | CannotMeasure)
    assert repr(str(path)) in said
    assert "\n" not in said
    assert len(said) < 400
    assert any(word in said for word in ("name ", "save ", "install ", "rename ", "convert "))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return caught.value


# Labels


@pytest.mark.parametrize(
    "scheme", [MEDDOCAN, I2B2, DEID_ROBERTA, STANFORD, ONTONOTES, WIKINER, " ".join(MEANINGS)]
)
def test_the_labels_of_a_scheme_have_a_meaning(scheme: str) -> None:
    tags = ["O", *(f"{letter}-{name}" for name in scheme.split() for letter in "BIELSU")]
    found = meanings([*tags, *scheme.split()])
    assert set(found.values()) <= {"", *MEANINGS}
    assert {found[f"B-{name}"] for name in scheme.split()} == {
        found[name] for name in scheme.split()
    }


@pytest.mark.parametrize(
    ("tag", "letter", "ours"),
    [
        ("B-PER", "B", "NAME"), ("I_hospital", "I", "ORG"), ("L-Location-Other", "L", "LOCATION"),
        ("E-MAIL", "", "EMAIL"), ("U-IPADDR", "U", "IP"), ("S-ID", "S", "ID"), ("ID", "", "ID"),
        ("medical record", "", "ID"), ("O", "", ""), ("B-MISC", "B", ""), ("GPE", "", "LOCATION"),
    ],
)  # fmt: skip
def test_a_tag(tag: str, letter: str, ours: str) -> None:
    assert (prefix(tag), meanings([tag, "PER"])[tag]) == (letter, ours)


def test_no_name_has_two_meanings() -> None:
    names = [own_labels._fold(n) for names in (*MEANINGS.values(), IGNORED) for n in names.split()]
    assert len(names) == len(set(names))
    for name in set(names):
        if name[0] in "BIELSU" and name[1:] in names:  # such as E-MAIL
            pair = meanings([name, name[1:], "PER"])
            assert pair[name] == pair[name[1:]]


def test_a_label_without_a_meaning_is_named() -> None:
    with pytest.raises(PolicyError, match=r"'B-WIDGET'.*rename"):
        meanings(["O", "B-PER", "B-WIDGET"])
    with pytest.raises(PolicyError, match=r"identifies anybody \(it has: B-MONEY, O\)"):
        meanings(["O", "B-MONEY"])
    with pytest.raises(PolicyError, match="it has: none"):
        meanings([])


# spaCy


@pytest.fixture(scope="module", autouse=True)
def _presidio() -> None:
    """First, as in a run: spaCy imports it otherwise, and Presidio torch, which takes seconds."""
    registry([])


@pytest.fixture(scope="module")
def ruler(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pipeline that knows three things by heart."""
    return save_ruler(tmp_path_factory.mktemp("ruler"))


def save_ruler(folder: Path, label: str = "PERSON", component: str = "entity_ruler") -> Path:
    import spacy

    pipeline = spacy.blank("en")
    known = [(label, "Zorvo Quell"), ("GPE", "Brimlock"), ("MONEY", "40 crowns")]
    patterns = [{"label": name, "pattern": text} for name, text in known]
    pipeline.add_pipe(component).add_patterns(patterns)  # type: ignore[attr-defined]
    pipeline.to_disk(folder)
    return folder


def test_a_ruler(ruler: Path) -> None:
    text = "🙂 é Zorvo Quell paid 40 crowns\nin Brimlock."
    model = own_model(str(ruler))
    assert seen(model, text) == [("NAME", "Zorvo Quell"), ("LOCATION", "Brimlock")]
    assert [score for *_, score in model.find(text)] == [0.85, 0.85]
    assert model.find("") == model.find(" \n ") == []
    assert own_model(str(ruler)) is model


def test_a_text_of_any_length_is_read_to_its_end(ruler: Path) -> None:
    line = "Nothing here to be seen by anyone who reads the line.\n"
    for filling in (line, line.replace("\n", " "), "-"):
        filled = (filling * 120_000)[:120_000]
        text = f"Zorvo Quell {filled} Zorvo Quell {filled} Zorvo Quell"
        places = [(start, end) for start, end, *_ in own_model(str(ruler)).find(text)]
        assert len(places) == 3
        assert {text[start:end] for start, end in places} == {"Zorvo Quell"}


@pytest.mark.parametrize("longest", [23, 24, 31, 57, 200])
@pytest.mark.parametrize("mark", [" ", "\n", " é "])
def test_no_name_is_lost_where_a_text_is_cut(
    ruler: Path, longest: int, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_pipeline, "LONGEST", longest * 4)
    text = mark.join(["Zorvo Quell", "and", "Brimlock"] * 40)
    expected = [("NAME", "Zorvo Quell"), ("LOCATION", "Brimlock")] * 40
    assert seen(own_model(str(ruler)), text) == expected


@pytest.mark.parametrize("longest", [4, 5, 10, 99])
def test_stretches_cover_a_text(longest: int) -> None:
    text = "ab cde\nf" + "ghijkl" * 20 + " m n o p\nq"
    covered: set[int] = set()
    for start, stretch in own_pipeline._stretches(text, longest):
        assert 0 < len(stretch) <= longest
        assert text[start : start + len(stretch)] == stretch
        covered |= set(range(start, start + len(stretch)))
    assert covered == set(range(len(text)))


def test_no_long_run_reaches_the_tokenizer_of_spacy(
    ruler: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import spacy

    longest = 0
    whole = spacy.Language.make_doc

    def noted(self: spacy.Language, text: str) -> Any:
        nonlocal longest
        longest = max(longest, *(len(run) for run in text.split()), 0)
        return whole(self, text)

    monkeypatch.setattr(spacy.Language, "make_doc", noted)
    run = "(" * 7_000
    text = f"{run} Zorvo Quell {run}Zorvo Quell{run}\nBrimlock{'x' * 3_000}"
    found = seen(own_model(str(ruler)), text)
    assert 0 < longest <= 1_000
    assert ("NAME", "Zorvo Quell") in found


def test_slices_end_between_words() -> None:
    import spacy

    text = "(" * 245 + "Brimlock" + ")" * 500
    document = own_pipeline._tokenized(spacy.blank("en"), text)
    assert document.text == text
    assert "Brimlock" in [token.text for token in document]


def save_trained(folder: Path, listens: bool) -> Path:
    """A trained ner, with or without a tok2vec of its own, among components it does not need."""
    import spacy
    from spacy.training import Example

    pipeline = spacy.blank("en")
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96}
    pipeline.add_pipe("tok2vec", name="shared")
    pipeline.add_pipe("tagger", config={"model": {"tok2vec": listener}})
    pipeline.add_pipe("sentencizer")
    pipeline.add_pipe("ner", config={"model": {"tok2vec": listener}} if listens else {})
    people = ("Zorvo", "Quell", "Mirrak", "Tandle")
    examples = [
        Example.from_dict(
            pipeline.make_doc(f"We saw {name} today."),
            {"entities": [(7, 7 + len(name), "PATIENT")], "tags": ["A", "B", "C", "D", "E"]},
        )
        for name in people
    ]
    pipeline.initialize(lambda: examples)
    for _ in range(12):
        pipeline.update(examples)
    pipeline.config["nlp"]["disabled"] = ["sentencizer"]
    pipeline.to_disk(folder)
    return folder


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_trained(tmp_path_factory.mktemp("trained"), listens=True)


@pytest.mark.parametrize(("listens", "runs"), [(True, ["shared", "ner"]), (False, ["ner"])])
def test_a_trained_pipeline_runs_what_its_entities_need(
    tmp_path: Path, listens: bool, runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import spacy

    load = spacy.util.load_model_from_path
    loaded: list[spacy.Language] = []

    def noted(*given: Any, **named: Any) -> spacy.Language:
        loaded.append(load(*given, **named))
        return loaded[-1]

    monkeypatch.setattr(spacy.util, "load_model_from_path", noted)
    read = own_pipeline.load(save_trained(tmp_path, listens))
    assert loaded[0].pipe_names == runs
    text = "We saw Mirrak today."
    assert [(text[s:e], label) for s, e, label, _ in read(text)] == [("Mirrak", "NAME")]
    assert [entity.text for entity in load(tmp_path)(text).ents] == ["Mirrak"]


def test_a_span_ruler_counts_only_if_it_fills_the_entities(tmp_path: Path) -> None:
    save_ruler(tmp_path / "spans", component="span_ruler")
    assert "it has: none" in str(fault(tmp_path / "spans"))
    save_ruler(tmp_path / "entities", component="future_entity_ruler")
    assert seen(own_model(str(tmp_path / "entities")), "To Brimlock!") == [("LOCATION", "Brimlock")]


def test_a_pipeline_with_a_label_of_its_own(tmp_path: Path) -> None:
    assert "'WIZARD'" in str(fault(save_ruler(tmp_path, label="WIZARD")))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def copied(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to / "copy"))


def test_a_component_that_is_not_known_is_not_run(ruler: Path, tmp_path: Path) -> None:
    folder = copied(ruler, tmp_path)
    edit(folder / "config.cfg", 'factory = "entity_ruler"', 'factory = "llm_ner"')
    assert "'llm_ner'" in str(fault(folder))


def test_a_package_that_is_missing(ruler: Path, tmp_path: Path) -> None:
    if find_spec("spacy_curated_transformers"):
        pytest.skip("it is installed")
    folder = copied(ruler, tmp_path)
    edit(folder / "config.cfg", 'factory = "entity_ruler"', 'factory = "curated_transformer"')
    said = fault(folder)
    assert isinstance(said, CannotMeasure)
    assert "pip install spacy-curated-transformers" in str(said)


@pytest.mark.parametrize("name", ["config.cfg", "meta.json", "tokenizer", "ner/model", "ner/cfg"])
@pytest.mark.parametrize("damage", [b"\x00\xff damaged", None])
def test_damaged_files_of_a_pipeline(
    trained: Path, tmp_path: Path, name: str, damage: bytes | None
) -> None:
    folder = copied(trained, tmp_path)
    (folder / name).unlink()
    if damage is not None:
        (folder / name).write_bytes(damage)
    fault(folder)


# Folders


def test_folders_without_a_model(tmp_path: Path) -> None:
    assert isinstance(fault(tmp_path / "nowhere"), PolicyError)
    assert "config.cfg" in str(fault(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    assert "safetensors" in str(fault(tmp_path))
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    said = fault(tmp_path)
    assert isinstance(said, PolicyError)
    assert "pickled" in str(said)
    assert "convert" in str(said)


def test_a_library_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "transformers", None)
    said = fault(tmp_path)
    assert isinstance(said, CannotMeasure)
    assert "pip install transformers" in str(said)


def test_the_digest_is_of_names_and_contents(ruler: Path, tmp_path: Path) -> None:
    digest = own_model(str(ruler)).digest
    assert len(digest) == 64
    again = copied(ruler, tmp_path)
    assert own_model(str(again)).digest == digest
    (tmp_path / "moved").mkdir()
    moved = copied(ruler, tmp_path / "moved")
    (moved / "note").write_text("one more file")
    own = own_model(str(moved)).digest
    (moved / "note").rename(moved / "other")
    own_model.cache_clear()
    assert len({digest, own, own_model(str(moved)).digest}) == 3


# transformers

TAGS = ["O", "B-PATIENT", "I-PATIENT", "B-HCW", "I-HCW", "B-AGE", "B-MISC", "E-CITY"]
WORDS = {
    "saw": "O", "the": "O", ",": "O", "-": "O", "##yo": "O", "um": "O",
    "zorvo": "B-PATIENT", "quell": "I-PATIENT", "mirrak": "B-HCW", "tandle": "I-HCW",
    "58": "B-AGE", "##58": "B-AGE", "brim": "E-CITY", "##lock": "O", "widget": "B-MISC",
    "+": "B-HCW", "torn": "O",
}  # fmt: skip
TORN = {"O": 0.4, "B-PATIENT": 0.3, "B-HCW": 0.3}  # the probabilities of "torn"
NOTHING = 6.0  # logit of O for words that are not known


def save_tagger(folder: Path, tags: list[str] = TAGS, **config: Any) -> Path:
    """A transformer that tags each word as WORDS says: its layers hand on what word it is."""
    import torch
    from transformers import BertConfig, BertForTokenClassification, BertTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    numbers = {word: number for number, word in enumerate(words)}
    settings = BertConfig(
        vocab_size=len(words), hidden_size=len(words), num_hidden_layers=1, num_attention_heads=1,
        intermediate_size=4, max_position_embeddings=32,
        id2label=dict(enumerate(tags)), label2id={tag: n for n, tag in enumerate(tags)}, **config,
    )  # fmt: skip
    model = BertForTokenClassification(settings)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            weights.fill_(1.0 if "LayerNorm.weight" in name else 0.0)
        model.get_input_embeddings().weight.copy_(torch.eye(len(words)))
        logits = {(tag, word): 16.0 for word, tag in WORDS.items()}
        logits |= {(tag, "torn"): 16.0 + math.log(chance) for tag, chance in TORN.items()}
        classifier = model.classifier.weight
        for (tag, word), logit in logits.items():
            known = NOTHING if tag == "O" else 0.0
            # Normalised, a word stands out from the others by this root.
            height = len(words) / math.sqrt(len(words) - 1)
            classifier[TAGS.index(tag), numbers[word]] = (logit - known) / height
        classifier[:, 0] = -classifier.sum(axis=1)  # the others cancel out
        model.classifier.bias[0] = NOTHING
    model.save_pretrained(folder)
    BertTokenizerFast(vocab=numbers).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tagger(tmp_path_factory.mktemp("tagger"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("🙂 é saw Zorvo Quell,", [("NAME", "Zorvo Quell")]),
        ("Zorvo\nQuell saw Mirrak  Tandle", [("NAME", "Zorvo\nQuell"), ("NAME", "Mirrak  Tandle")]),
        ("Zorvo Tandle", [("NAME", "Zorvo Tandle")]),  # a patient, inside a clinician: a name
        ("Zorvo Zorvo", [("NAME", "Zorvo"), ("NAME", "Zorvo")]),
        ("Quell the Quell", [("NAME", "Quell"), ("NAME", "Quell")]),
        ("the 58yo, the um58", [("AGE", "58yo"), ("AGE", "um58")]),
        ("in Brimlock Brim", [("LOCATION", "Brimlock"), ("LOCATION", "Brim")]),
        ("a widget", []),
        ("\x00 \u200b", []),
        ("", []),
    ],
)
def test_a_tagger(tagger: Path, text: str, expected: list[tuple[str, str]]) -> None:
    assert seen(own_model(str(tagger)), text) == expected


@pytest.mark.slow
def test_the_score_is_a_probability(tagger: Path) -> None:
    """Of 0.4 for nothing, 0.3 for a patient and 0.3 for a clinician, a name is the likeliest."""
    model = own_model(str(tagger))
    for text, expected in (("torn", 0.6), ("saw Zorvo Quell", 1.0), ("Mirrak torn", 0.6)):
        *_, (*_, score) = model.find(text)
        assert score == pytest.approx(expected, abs=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("words", [*range(24, 33), 100, 1_000])
def test_every_word_of_a_long_text_is_in_a_window(tagger: Path, words: int) -> None:
    text = " ".join((["saw", "Zorvo", "Quell", ","] * words)[:words])
    expected = [("NAME", found) for found in re.findall(r"Zorvo(?: Quell)?", text)]
    assert seen(own_model(str(tagger)), text) == expected


@pytest.mark.slow
def test_labels_without_prefixes(tmp_path: Path) -> None:
    names = [tag.partition("-")[2] or tag for tag in TAGS]
    model = own_model(str(save_tagger(tmp_path, names)))
    text = "Zorvo Mirrak\nQuell saw 58"
    assert seen(model, text) == [("NAME", "Zorvo Mirrak"), ("NAME", "Quell"), ("AGE", "58")]


@pytest.mark.slow
def test_nothing_is_printed_and_no_warning_given(
    tagger: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own_model(str(copied(tagger, tmp_path))).find("Zorvo " * 600)
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_taggers_that_are_not_read(tagger: Path, tmp_path: Path) -> None:
    folder = copied(tagger, tmp_path)
    edit(folder / "config.json", "B-MISC", "B-WIZARD")
    assert "'B-WIZARD'" in str(fault(folder))
    edit(folder / "config.json", "BertForTokenClassification", "BertModel")
    edit(folder / "config.json", "B-WIZARD", "B-MISC")
    (folder / "tokenizer.json").rename(folder / "elsewhere.json")
    assert "it has no tokenizer" in str(fault(folder))
    (folder / "elsewhere.json").rename(folder / "tokenizer.json")
    edit(folder / "tokenizer.json", '"saw": 5', '"more": 22, "saw": 5')
    assert "has 23 words and its weights 22" in str(fault(folder))


@pytest.mark.slow
def test_a_tokenizer_that_tells_no_places(tagger: Path, tmp_path: Path) -> None:
    folder = copied(tagger, tmp_path)
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "ByT5Tokenizer"}')
    assert "tells no places" in str(fault(folder))


@pytest.mark.slow
def test_weights_of_something_else(tagger: Path, tmp_path: Path) -> None:
    from transformers import AutoModel

    folder = copied(tagger, tmp_path)
    AutoModel.from_pretrained(folder).save_pretrained(folder)
    assert "weights lack classifier.bias" in str(fault(folder))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]
)
def test_damaged_files_of_a_tagger(tagger: Path, tmp_path: Path, name: str) -> None:
    whole = (tagger / name).read_bytes()
    for number, damage in enumerate((b"", b"{}", whole[: len(whole) // 2], b"\x00\xff", None)):
        folder = Path(shutil.copytree(tagger, tmp_path / str(number)))
        (folder / name).unlink()
        if damage is not None:
            (folder / name).write_bytes(damage)
        if name != "tokenizer_config.json" or damage not in (b"{}", None):
            fault(folder)


@pytest.mark.slow
def test_code_that_comes_with_a_model_is_not_run(tagger: Path, tmp_path: Path) -> None:
    folder = copied(tagger, tmp_path)
    edit(folder / "config.json", '"bert"', '"strange"')
    auto = '{\n  "auto_map": {"AutoConfig": "own.C", "AutoModelForTokenClassification": "own.M"},'
    edit(folder / "config.json", "{\n", auto + "\n")
    (folder / "own.py").write_text("raise SystemExit(7)")
    fault(folder)


@pytest.mark.slow
def test_weights_that_are_no_numbers(tagger: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = copied(tagger, tmp_path)
    weights = load_file(folder / "model.safetensors")
    weights["classifier.bias"].fill_(float("nan"))
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    assert "does not run (FloatingPointError)" in str(fault(folder))


@pytest.mark.slow
def test_a_model_that_does_not_run(tagger: Path, tmp_path: Path) -> None:
    """Its tokenizer gives a word a number that the weights do not have."""
    folder = copied(tagger, tmp_path)
    edit(folder / "tokenizer.json", '"torn": 21', '"a": 99')
    assert "does not run (IndexError)" in str(fault(folder))


AFTER_PRESIDIO = """
import socket, sys
def refuse(*arguments, **named):
    raise SystemExit("somebody asked for the network")
for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse)
for name in ("create_connection", "getaddrinfo", "gethostbyname", "gethostbyname_ex"):
    setattr(socket, name, refuse)
from auditor.detect.recognizers import registry
registry([])
assert "spacy" in sys.modules and "torch" not in sys.modules
from auditor.detect.models.own import own_model
for folder in sys.argv[1:]:
    print([label for *_, label, _ in own_model(folder).find("We saw Zorvo today.")])
"""


def save_pipeline_on_torch(folder: Path) -> Path:
    import spacy

    own_pipeline._show_torch_to_thinc()
    pipeline = spacy.blank("en")
    encoder = {"@architectures": "spacy.TorchBiLSTMEncoder.v1", "width": 16, "depth": 1}
    embed = {
        "@architectures": "spacy.MultiHashEmbed.v2", "width": 16, "attrs": ["NORM"],
        "rows": [50], "include_static_vectors": False,
    }  # fmt: skip
    layers = {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": embed,
        "encode": {**encoder, "dropout": 0.0},
    }
    pipeline.add_pipe("ner", config={"model": {"tok2vec": layers}})
    pipeline.get_pipe("ner").add_label("PERSON")  # type: ignore[attr-defined]
    pipeline.initialize()
    ruler = pipeline.add_pipe("entity_ruler", config={"overwrite_ents": True})
    ruler.add_patterns([{"label": "PERSON", "pattern": "Zorvo"}])  # type: ignore[attr-defined]
    pipeline.to_disk(folder)
    return folder


@pytest.mark.slow
def test_presidio_hides_torch_from_nobody_else(tagger: Path, tmp_path: Path) -> None:
    """And nobody reaches for the network, even when the environment would let transformers."""
    folders = [save_pipeline_on_torch(tmp_path), tagger]
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", AFTER_PRESIDIO, *map(str, folders)],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
        env={**os.environ, "HF_HUB_OFFLINE": "0", "HOME": str(tmp_path)},
    )  # fmt: skip
    assert (done.stderr, done.returncode) == ("", 0)
    assert all("NAME" in line for line in done.stdout.splitlines())
