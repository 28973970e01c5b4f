"""Other mentions of what was found."""

from collections.abc import Callable

import pytest

from auditor.detect.hit import Hit
from auditor.detect.propagation import propagate


def marked(example: str) -> tuple[str, list[Hit]]:
    """A text, and the hits that stand in it as «LABEL:value»."""
    text, hits = "", []
    for i, piece in enumerate(example.replace("»", "«").split("«")):
        label, _, value = piece.partition(":") if i % 2 else ("", "", piece)
        if label:
            end = len(text) + len(value)
            hits.append(Hit(len(text), end, label, 0.9, "given", "direct"))
        text += value
    return text, hits


def others(example: str) -> list[tuple[str, str]]:
    text, hits = marked(example)
    return [(hit.label, text[hit.start : hit.end]) for hit in propagate(text, hits)]


@pytest.mark.parametrize(
    ("example", "mentions"),
    [
        (
            "«NAME:Imogen Lathbury» came. Lathbury slept; Ms LATHBURY left.",
            ["Lathbury", "LATHBURY"],
        ),
        ("«NAME:Imogen Lathbury» came. I saw Lathbury, Imogen.", ["Lathbury, Imogen"]),
        ("«NAME:Begoña Quirós» vino. Begona y Quirós hablaron.", ["Begona y Quirós"]),
        ("«NAME:Imogen Lathbury» came, Lathbury's son too.", ["Lathbury"]),
        ("«NAME:Ana de la Vega» vino. Vega se fue.", ["Vega"]),
    ],
)
def test_words_of_a_name(example: str, mentions: list[str]) -> None:
    assert others(example) == [("NAME", mention) for mention in mentions]


@pytest.mark.parametrize(
    "example",
    [
        "«NAME:Imogen Lathbury» came; lathbury is a place.",  # no capital
        "«NAME:May Lathbury» came in May.",  # a month
        "«NAME:Li Lathbury» came. Li felt well.",  # too short
        "«NAME:Leopold Lathbury» has Lathbury disease and a Lathbury sign.",
        "«AGE:Lathbury» came. Lathbury left.",
        "«ORG:Clinic» was full. Clinic was closed.",
        "«ID:48» came back; 48 mg were given, and A1.",
        "«LOCATION:45402» was left; platelets 45402.",
        "",
    ],
)
def test_what_is_not_carried_on(example: str) -> None:
    assert others(example) == []


@pytest.mark.parametrize(
    ("example", "mention"),
    [
        ("MRN «ID:48-29-137»; filed under 4829137 too.", ("ID", "4829137")),
        ("MRN «ID:4829137»; filed under 48.29.137 too.", ("ID", "48.29.137")),
        ("«PHONE:614 555 0142», or by night 614-555-0142.", ("PHONE", "614-555-0142")),
        (
            "At «ORG:Little Barrow Hospice»; LITTLE BARROW HOSPICE wrote.",
            ("ORG", "LITTLE BARROW HOSPICE"),
        ),
        ("From «LOCATION:Little Barrow»; to Little\nBarrow again.", ("LOCATION", "Little\nBarrow")),
    ],
)
def test_other_finds_are_looked_for_as_a_whole(example: str, mention: tuple[str, str]) -> None:
    assert others(example) == [mention]


def test_an_unsure_find_is_not_carried_on() -> None:
    text = "Imogen Lathbury came. Lathbury left."
    assert propagate(text, [Hit(0, 15, "NAME", 0.7, "given", "direct")]) == []


def test_mentions_are_marked_as_such() -> None:
    text, hits = marked("«NAME:Imogen Lathbury» came. Lathbury left.")
    (hit,) = propagate(text, hits)
    assert (hit.recognizer, hit.score, hit.kind, hit.view) == ("propagation", 0.8, "direct", "")


@pytest.mark.slow
@pytest.mark.parametrize("sentence", ["{0} {1} came. ", "{0}-{1} ", "{0}{1} ", "Little {0} {1} "])
@pytest.mark.parametrize("label", ["NAME", "ID", "ORG"])
def test_twice_the_text_and_the_finds_cost_twice_the_time(
    sentence: str, label: str, in_proportion: Callable[[Callable[[int], object], int], bool]
) -> None:
    def word(i: int) -> str:
        return "Q" + "".join(chr(97 + int(d)) for d in str(i))

    def propagated(many: int) -> None:
        text = "".join(sentence.format(word(i), word(many - i)) for i in range(many))
        text += text
        hits = [
            Hit(at, at + 9, label, 0.9, "given", "direct") for at in range(0, len(text) // 2, 10)
        ]
        propagate(text, hits)

    assert in_proportion(propagated, 4_000)
