"""Write alzheimer.recordings.jsonl: what a made-up model answers when asked for single sentences.

The real stage is run, without a gate, for the nine signs of `rules/taxonomies/alzheimer_signs.yaml`
(label to data, the bronze corpus of Li, Wang and Yu 2023) over a writer that has the phrases of
`signs.<lang>.json` and a few bad habits. In a phrase, `[a|b]` is a choice, `{4-9}` a number in that
range, `{slot}` is filled from the slots there, and `(he/she)` follows the patient; `wording.py`
fills them in. Run it once more whenever prompts or taxonomy change: answers are found by the exact
request. Same code, same bytes.

    python examples/generation/sentence_writer.py
"""

import asyncio
import json
import sys
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
RECORDINGS = HERE / "alzheimer.recordings.jsonl"
sys.path[:0] = [str(HERE), str(HERE.parent)]  # wording, beside compose.py of the corpora

import wording  # noqa: E402
from answers import answered, told  # noqa: E402

from auditor.generate import drafting, recordings, wanted  # noqa: E402
from auditor.generate.asking import Asker  # noqa: E402
from auditor.generate.caps import Caps, Spent  # noqa: E402
from auditor.generate.completion import Completion  # noqa: E402
from auditor.generate.request import Identity, Request  # noqa: E402
from auditor.generate.store import Store  # noqa: E402

MODEL = "sentence-writer"
PER_LABEL = 20
WITH_TAIL = 0.4  # share of the sentences that end in words that say nothing of the sign
BESIDE = 5  # places between a phrase and the one that follows it
BANKS = {
    lang: json.loads((HERE / f"signs.{lang}.json").read_text("utf-8")) for lang in ("en", "es")
}
REFUSALS = {
    "en": "I'm sorry, but I can't write about a patient's condition.",
    "es": "Lo siento, pero no puedo escribir sobre el estado de un paciente.",
}
NAMES = {
    "en": " Letter to go to Mr Osbert Linthwaite.",
    "es": " Se avisa a don Fermín Valdecañas.",
}
THOUGHTS = {
    "en": "The user wants one sentence. I should pick a scene that shows the sign, without names.",
    "es": "Piden una sola frase. Debo elegir una escena que muestre el signo, sin nombres.",
}
# What a first answer is like, by label, language and number; all others are clean.
FAULTS = {
    ("cognition", "en", 3): "refuses",
    ("concern", "en", 11): "repeats",
    ("assistance", "en", 7): "never answers",
    ("physiology", "en", 15): "names",
    ("diagnostics", "en", 6): "thinks",
    ("coping", "en", 18): "repeats",
    ("psychiatric", "en", 0): "refuses",
    ("cognition", "es", 9): "names",
    ("assessment", "es", 2): "never answers",
    ("intervention", "es", 13): "repeats",
    ("coping", "es", 5): "refuses",
    ("psychiatric", "es", 17): "thinks",
}


class Writer:
    """A backend that writes sentences with the phrases above, and misbehaves as told."""

    identity = Identity("openai_compatible", "http://127.0.0.1/v1", MODEL, "1")
    remote = False
    lasting = False

    async def ready(self) -> None:
        """Is always."""

    async def close(self) -> None:
        """Holds nothing."""

    async def complete(self, request: Request) -> Completion:
        """A first answer as ``FAULTS`` has it, where it has one; a clean one otherwise."""
        label, lang, number = request.labels[0], request.lang, request.turn
        text, thoughts = sentence(label, lang, number), THOUGHTS[lang]
        match FAULTS.get((label, lang, number)):
            case "refuses":
                return answered(MODEL, request, REFUSALS[lang])
            case "never answers":
                return answered(MODEL, request, f"<think>\n{' '.join([thoughts] * 20)}", "length")
            case "thinks":
                return answered(MODEL, request, f"<think>{thoughts}</think>\n{told(text)}")
            case "repeats":
                earlier = sentence(label, lang, number - 2).removesuffix(".")
                return answered(
                    MODEL,
                    request,
                    told(f"{earlier}{BANKS[lang]['slots']['tail'][0]}."),
                )
            case "names":
                return answered(MODEL, request, told(text + NAMES[lang]))
        return answered(MODEL, request, told(text))


def sentence(label: str, lang: str, number: int) -> str:
    """The ``number``-th text for a label: every phrase once, then again beside another one."""
    rng = Random(f"{label} {lang} {number}")
    phrases = list(BANKS[lang]["signs"][label])
    Random(f"{label} {lang}").shuffle(phrases)
    phrase, beside = (phrases[(number + more) % len(phrases)] for more in (0, BESIDE))
    if number >= len(phrases):
        phrase += f"; {beside}"
    elif rng.random() < WITH_TAIL:
        phrase += "{tail}"
    bank: wording.Bank = {
        "conditions": {label: {}},
        "slots": BANKS[lang]["slots"],
        "grammar": BANKS[lang]["grammar"],
    }
    person = {"condition": label, "gender": rng.choice("mf")}
    return wording.Writer(bank, rng, person).finish(phrase)


def main(to: Path = RECORDINGS) -> None:
    """Write the recordings."""
    labels, langs = tuple((label,) for label in BANKS["en"]["signs"]), tuple(BANKS)
    ask = wanted.Wanted(labels, langs, per_label=PER_LABEL, taxonomy="alzheimer_signs")
    slots, plan = wanted.planned(ask, None)
    writer = Writer()
    with Store(None) as store:
        asker = Asker(writer, store, Spent(Caps()))
        drafted = asyncio.run(drafting.draft_all(slots, plan, asker, 1, lambda *_: None))
        answers = store.answers(writer.identity)
        recordings.write(to, writer.identity, answers)
    sys.stderr.write(f"{drafted}\n")


if __name__ == "__main__":
    main()
