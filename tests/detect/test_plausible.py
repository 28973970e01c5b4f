"""Slips of a name model that a rule of thumb can tell, and finds that it must not take away."""

from dataclasses import dataclass

import pytest

from auditor.detect.models.features import ORDINARY, norm
from auditor.detect.models.plausible import plausible
from auditor.detect.models.tokens import tokens


@dataclass
class Token:
    """As much of spaCy's token as is looked at."""

    norm_: str
    is_alpha: bool


class Entity(tuple[Token, ...]):
    """As much of spaCy's span as is looked at."""

    label_: str


def entity(text: str, label: str) -> Entity:
    ordinary = {"crow", "bakery", "corner", "quiet"}
    found = Entity(Token(norm(word, (), ordinary), word.isalpha()) for word, _, _ in tokens(text))
    found.label_ = label
    return found


@pytest.mark.parametrize(
    ("text", "label", "more_than_a_slip"),
    [
        ("She met «Crow» there.", "NAME", True),  # capitals are left to the model
        ("She met «crow» there.", "NAME", False),
        ("She met «tabitha» there.", "NAME", False),
        ("She met her aunt «tabitha» there.", "NAME", True),
        ("She met her sister «crow» there.", "NAME", False),
        ("She met mrs «crow» there.", "NAME", True),
        ("she met «tabitha crow» there", "NAME", True),
        ("she met «crow» there", "NAME", False),
        ("She works at the «corner bakery» now.", "ORG", False),
        ("An «LGBTQ» group met.", "NAME", False),
        ("Signed, «JRM» at noon.", "NAME", True),
        ("ALL SHOUT AT «KWZQT» HERE", "NAME", True),
        ("Seen on «3/14» at home.", "DATE", True),
        ("Seen in «11/98» at home.", "DATE", True),
        ("A score of «14/15» today.", "DATE", False),
        ("Call «555 0142» at night.", "PHONE", True),
    ],
)
def test_more_than_a_slip(text: str, label: str, more_than_a_slip: bool) -> None:
    start = text.index("«")
    end = text.index("»") - 1
    bare = text.replace("«", "").replace("»", "")
    assert plausible(entity(bare[start:end], label), bare, start, end) == more_than_a_slip


def test_an_ordinary_word_is_no_name_for_the_lists() -> None:
    assert norm("crow", (), {"crow"}) == ORDINARY
