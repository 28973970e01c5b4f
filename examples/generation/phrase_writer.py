"""Write the recordings of the generation demo: what a made-up model answers to its prompts.

The real loop is run, with the gate as its judge, over a writer that has the phrases of the example
corpora to write with, and bad habits to be caught. All it answered is what `--backend replay` then
answers again. Run it once more whenever prompts, taxonomy or seeds change: answers are found by the
exact request. Same code, same bytes.

    python examples/generation/phrase_writer.py
"""

import asyncio
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
sys.path[:0] = [
    str(HERE),
    str(HERE.parent),
]  # what is beside, and the corpora's own

import compose as corpora  # noqa: E402
from answers import answered, told  # noqa: E402
from reports import Record, clean_record  # noqa: E402
from wording import Bank  # noqa: E402

from auditor import inputs  # noqa: E402
from auditor.closed_loop import Gate  # noqa: E402
from auditor.generate import recordings, wanted  # noqa: E402
from auditor.generate.asking import Asker  # noqa: E402
from auditor.generate.caps import Caps, Spent  # noqa: E402
from auditor.generate.completion import Completion  # noqa: E402
from auditor.generate.loop import fill  # noqa: E402
from auditor.generate.request import Identity, Request  # noqa: E402
from auditor.generate.store import Store  # noqa: E402
from auditor.record import Fields, Reading  # noqa: E402

CODES = ["F10.20", "F20.0", "F31.9", "F32.1", "F33.2", "F41.0", "F41.1", "F42.9", "F43.10"]
LANGS = ("en", "es")
PER_LABEL = 4
MODEL = "phrase-writer"
IDENTIFIED = re.compile(r"\d{4}|@")
REFUSALS = {
    "en": "I'm sorry, but I can't help with writing a psychiatric report about a person.",
    "es": "Lo siento, pero no puedo ayudar a redactar un informe psiquiátrico sobre una persona.",
}
NAMES = {
    "en": "Emergency contact: Imogen Dunmarrow, (415) 555-0148.",
    "es": "Persona de contacto: Hortensia Valdeolmos, teléfono 600 000 048.",
}
THOUGHTS = {
    "en": "The user wants a note. I should choose an occupation and symptoms, and avoid names.",
    "es": "Quieren una nota. Debo elegir una ocupación y unos síntomas, y evitar nombres.",
}


class Writer:
    """A backend that writes with the phrases of the examples, and misbehaves as told."""

    remote = False
    lasting = False

    def __init__(self, banks: dict[str, Bank], source: list[Record]) -> None:
        self.identity = Identity("openai_compatible", "http://127.0.0.1/v1", MODEL, "1")
        self.banks, self.source = banks, source

    async def ready(self) -> None:
        """Is always."""

    async def close(self) -> None:
        """Holds nothing."""

    async def complete(self, request: Request) -> Completion:
        """A first draft as ``FAULTS`` has it, where it has one; a clean one otherwise."""
        code, lang = request.labels[0], request.lang
        number, earlier = request.turn % PER_LABEL, request.turn // PER_LABEL
        rng = Random(f"{code} {lang} {request.turn}")
        text = self.clean(code, lang, rng)
        fault = FAULTS.get((code, lang, number))
        if fault is None or earlier:
            return answered(MODEL, request, json.dumps({"text": text}, ensure_ascii=False))
        return fault(self, request, text, rng)

    def clean(self, code: str, lang: str, rng: Random) -> str:
        """A report about one code alone."""
        while True:
            record = clean_record(self.banks[lang], code, rng)
            if record["label"] == [code]:
                return str(record["text"])

    def real(self, lang: str, rng: Random) -> Record:
        """One of the notes that the writer has seen, without an identifier in it."""
        plain = [r for r in self.source if r["lang"] == lang and not IDENTIFIED.search(r["text"])]
        return rng.choice(plain)


Fault = Callable[[Writer, Request, str, Random], Completion]


def refuses(_: Writer, request: Request, __: str, ___: Random) -> Completion:
    """Says that it cannot."""
    return answered(MODEL, request, REFUSALS[request.lang])


def leaks(writer: Writer, request: Request, text: str, rng: Random) -> Completion:
    """Puts sentences of a note that it has seen into its own."""
    host, origin = {"text": text}, writer.real(request.lang, rng)
    return answered(MODEL, request, told(corpora.spliced(host, origin, rng)["text"]))


def nearly_copies(writer: Writer, request: Request, _: str, rng: Random) -> Completion:
    """Tells a note that it has seen again, with one word in eight changed."""
    swaps = writer.banks[request.lang]["swaps"]
    record = corpora.with_words_changed(writer.real(request.lang, rng), swaps, 0.13, rng)
    return answered(MODEL, request, told(record["text"]))


def names(_: Writer, request: Request, text: str, rng: Random) -> Completion:
    """Gives its person a relative with a name and a telephone."""
    named = corpora.with_sentence({"text": text}, NAMES[request.lang], rng)
    return answered(MODEL, request, told(named["text"]))


def never_answers(_: Writer, request: Request, __: str, ___: Random) -> Completion:
    """Thinks until its tokens are used up."""
    thinking = "<think>\n" + " ".join([THOUGHTS[request.lang]] * 12)
    return answered(MODEL, request, thinking, finish="length")


def thinks_in_tags(_: Writer, request: Request, text: str, __: Random) -> Completion:
    """Thinks between tags, then answers: nothing is wrong with it."""
    return answered(MODEL, request, f"<think>{THOUGHTS[request.lang]}</think>\n{told(text)}")


def thinks_aside(_: Writer, request: Request, text: str, __: Random) -> Completion:
    """Thinks in a field of its own, then answers."""
    return answered(MODEL, request, told(text), field=THOUGHTS[request.lang])


def only_closes(_: Writer, request: Request, text: str, __: Random) -> Completion:
    """Thinks behind an opening tag that stood in the prompt, then answers."""
    return answered(MODEL, request, f"{THOUGHTS[request.lang]}\n</think>\n{told(text)}")


def prose(_: Writer, request: Request, text: str, __: Random) -> Completion:
    """Forgets the form of the answer."""
    return answered(MODEL, request, f"Here is the report you asked for:\n\n{text}")


def cut_off(_: Writer, request: Request, text: str, __: Random) -> Completion:
    """Ends in the middle of a word."""
    return answered(MODEL, request, told(text)[: len(text) // 2], finish="length")


FAULTS: dict[tuple[str, str, int], Fault] = {
    ("F10.20", "en", 1): leaks,
    ("F10.20", "es", 0): thinks_aside,
    ("F20.0", "en", 0): refuses,
    ("F20.0", "en", 3): names,
    ("F20.0", "es", 2): nearly_copies,
    ("F31.9", "en", 2): never_answers,
    ("F31.9", "es", 1): refuses,
    ("F32.1", "en", 0): thinks_in_tags,
    ("F32.1", "en", 2): nearly_copies,
    ("F32.1", "es", 3): names,
    ("F33.2", "en", 1): prose,
    ("F33.2", "es", 0): leaks,
    ("F41.0", "en", 0): only_closes,
    ("F41.0", "es", 2): never_answers,
    ("F41.1", "en", 3): nearly_copies,
    ("F42.9", "es", 1): cut_off,
    ("F43.10", "en", 2): leaks,
    ("F43.10", "es", 0): prose,
}


def _rows(name: str) -> list[Record]:
    lines = (HERE.parent / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def main() -> None:
    """Write recordings.jsonl."""
    banks = {lang: corpora.load(HERE.parent / f"phrases.{lang}.json") for lang in LANGS}
    source, holdout = (str(HERE.parent / f"{name}.jsonl") for name in ("source", "holdout"))
    ask = wanted.Wanted(labels=tuple((code,) for code in CODES), langs=LANGS, per_label=PER_LABEL)
    none = Reading("drafts", (), "")
    against = inputs.judged_against(
        none, source, holdout, fields=Fields(), key=None, roster=None, codes=None
    )
    gate = Gate(against, inputs.read_policy(str(HERE / "demo.yaml")), lambda _: None)
    slots, plan = wanted.planned(ask, None)
    writer = Writer(banks, _rows("source"))
    with Store(None) as store:
        asker = Asker(writer, store, Spent(Caps()))
        outcome = asyncio.run(fill(slots, gate, plan, asker, 1, lambda *_: None))
        answers = store.answers(writer.identity)
        recordings.write(HERE / "recordings.jsonl", writer.identity, answers)
    sys.stderr.write(f"{len(outcome.drafts)} of {len(slots)} in {outcome.rounds} rounds: ")
    sys.stderr.write(f"{dict(outcome.lost)} {outcome.stopped}\n")


if __name__ == "__main__":
    main()
