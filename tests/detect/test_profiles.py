"""What a profile, a list or the nature of a value lets stand."""

import pytest

from auditor.detect.allow_list import allow_list
from auditor.detect.hit import Hit
from auditor.detect.patterns.rules import PROFILES
from auditor.detect.placeholders import placeholder
from auditor.detect.profiles import remaining
from auditor.errors import PolicyError


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


def found(example: str, profile: str = "safe_harbor") -> list[str]:
    text, hits = marked(example)
    return [text[hit.start : hit.end] for hit in remaining(profile, text, hits)]


STANDS = (
    "A «AGE:45»-year-old, «AGE:89 years old», «AGE:in his 80s», «AGE:eighty-nine», «AGE:elderly».",
    "«AGE:95» days old, «AGE:95 semanas», «AGE:18 months», «AGE:de 45 años», «AGE:ninety days»",
    "In «DATE:2014», «DATE:the 1990s», «DATE:2014-2016», «DATE:los años 90», «DATE:the 80s».",
    "«DATE:Monday», «DATE:every Tuesday», «DATE:el martes por la tarde», «DATE:last Friday night».",
    "«DATE:last week», «DATE:two weeks ago», «DATE:yesterday», «DATE:hace 3 meses», «DATE:14:30».",
    "«DATE:in the spring», «DATE:el verano pasado», «DATE:over the next 10 days», «DATE:anoche».",
    "Raised in «LOCATION:Ohio», then «LOCATION:TX», «LOCATION:Spain» and «LOCATION:México».",
    "Area «LOCATION:454», area «LOCATION:454**»; a «PROFESSION:glass blower».",
)
REMAINS = (
    "A «AGE:90»-year-old, «AGE:ninety-one», «AGE:nonagenarian», «AGE:in his 90s», «AGE:101».",
    "«AGE:noventa y dos años», «AGE:noventa», «AGE:centenaria», «AGE:85-95», «AGE:1926».",
    "«AGE:1200 months», «AGE:a hundred and two».",
    "Born in «DATE:1926»; nacida en «DATE:1930»; born about «DATE:1929».",
    "«DATE:March 2014», «DATE:3/14», «DATE:Monday the 3rd», «DATE:Christmas Eve», «DATE:the 21st».",
    "«DATE:summer 2014», «DATE:el 5», «DATE:día 19», «DATE:el cinco», «DATE:martes 14», «DATE:98».",
    "«LOCATION:Springfield», «LOCATION:45402», «LOCATION:12 Oak Street», «LOCATION:or».",
    "«LOCATION:036», «LOCATION:821**», «LOCATION:Andalucía».",
    "«NAME:Imogen», «ID:48213», «ORG:Little Barrow Hospice», «PHONE:555 0142», «EMAIL:a@b.io».",
)


@pytest.mark.parametrize("text", STANDS)
def test_safe_harbor_lets_stand(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", REMAINS)
def test_safe_harbor_does_not_let_stand(text: str) -> None:
    assert found(text) == [text[h.start : h.end] for text, hits in [marked(text)] for h in hits]


@pytest.mark.parametrize("text", [*STANDS, *REMAINS])
def test_gdpr_lets_nothing_stand(text: str) -> None:
    assert len(found(text, "gdpr_strict")) == len(marked(text)[1])
    assert "gdpr_strict" in PROFILES


@pytest.mark.parametrize(
    "text",
    [
        "«LOCATION:Springfield», «LOCATION:OH»",
        "«LOCATION:OH» «LOCATION:45402»",
        "«LOCATION:12 Oak Street»\n«LOCATION:Ohio»",
        "City: «LOCATION:Springfield»\nState: «LOCATION:Ohio»",
        "Localidad: «LOCATION:Móstoles» País: «LOCATION:España»",
    ],
)
def test_a_state_within_an_address_is_part_of_it(text: str) -> None:
    assert len(found(text)) == 2


def test_a_state_in_another_clause_stands_alone() -> None:
    text = "From «LOCATION:Springfield» they moved to «LOCATION:Ohio» at last."
    assert found(text) == ["Springfield"]


def test_a_weekday_beside_a_date_is_part_of_it() -> None:
    assert found("«DATE:Monday», «DATE:March 3»") == ["Monday", "March 3"]
    assert found("«DATE:Monday» the 3rd") == ["Monday"]
    assert found("«DATE:Monday», «DATE:Tuesday», «DATE:Friday» 10:30") == []


@pytest.mark.parametrize(
    "hit",
    [
        "EMAIL:ana@example.org", "EMAIL:ana@mail.example.com", "URL:https://www.example.net/a?b=1",
        "URL:portal.example", "EMAIL:a@clinic.test", "EMAIL:a@b.invalid", "PHONE:555-0142",
        "PHONE:(614) 555-0199", "PHONE:+1 614 555 0100 ext. 12", "IP:203.0.113.9", "IP:192.0.2.1",
        "IP:198.51.100.7", "IP:2001:db8::1", "ID:000-00-0000", "ID:078-05-1120", "ID:123-45-6789",
        "ID:4111 1111 1111 1111", "ID:12345678-Z", "NAME:John Doe", "NAME:JANE DOE",
        "NAME:Mr. John Q. Doe",
    ],
)  # fmt: skip
def test_values_that_are_set_aside(hit: str) -> None:
    text, (only,) = marked(f"«{hit}»")
    assert placeholder(only, text)


@pytest.mark.parametrize(
    "hit",
    [
        "EMAIL:example.org@clinic.io", "URL:https://clinic.io/example.com/a",
        "EMAIL:a@example.io.co",
        "URL:myexample.com", "EMAIL:a@example.com.clinic.io",
        "PHONE:614-555-0200", "PHONE:555-0142-3",
        "IP:203.0.114.9", "IP:2001:db9::1", "IP:no", "ID:219-45-6789", "NAME:John Dover",
        "NAME:Doe",
        "ORG:example.org", "DATE:2014", "URL:https://example.org@clinic.io/",
    ],
)  # fmt: skip
def test_values_that_may_be_somebodys(hit: str) -> None:
    text, (only,) = marked(f"«{hit}»")
    assert not placeholder(only, text)


ALLOWED = """\
- value: Little Barrow Hospice
  label: ORG
  why: the invented hospice of our templates
- {pattern: 'TEST-[0-9]{4}', why: numbers of the training environment}
"""


def test_an_allow_list_lets_through_what_it_names() -> None:
    allowed = allow_list(ALLOWED)
    assert allowed.passes("LITTLE  Barrow\nHospice", "ORG")
    assert allowed.passes("TEST-4821", "ID")
    assert allowed.passes("TEST-4821", "PHONE")
    assert not allowed.passes("Little Barrow Hospice", "NAME")  # a label was given
    assert not allowed.passes("Little Barrow", "ORG")  # as a whole or not at all
    assert not allowed.passes("XTEST-4821", "ID")
    assert not allowed.passes("TEST-48213", "ID")


def test_an_empty_list_lets_nothing_through() -> None:
    assert not allow_list("  ").passes("", "ID")


@pytest.mark.parametrize(
    ("was", "instead", "told"),
    [
        ("why: numbers of the training environment", "label: ID", "1.why: Field required"),
        ("why: numbers of the training environment", "why: ''", "1.why"),
        ("label: ORG", "label: HOSPICE", "0.label"),
        ("label: ORG", "colour: red", "0.colour: Extra inputs"),
        ("value: Little Barrow Hospice", "value: 12", "0.value"),
        ("- value: Little Barrow Hospice\n  label", "- label", "either value or pattern"),
        ("'TEST-[0-9]{4}'", "'TEST-[0-9]{4}', value: x", "either value or pattern"),
        ("'TEST-[0-9]{4}'", "'TEST-([0-9]{4}'", "does not compile"),
        ("'TEST-[0-9]{4}'", "'(T+)+E'", "too long on some texts"),
        ("- value", "value", "not YAML"),
        (ALLOWED, "why: me", "Input should be a valid list"),
    ],
)
def test_a_list_that_is_not_well_formed(was: str, instead: str, told: str) -> None:
    with pytest.raises(PolicyError, match=told) as caught:
        allow_list(ALLOWED.replace(was, instead, 1))
    assert str(caught.value).startswith("identifiers: allow")


def test_a_labelled_country_is_a_field_of_an_address() -> None:
    text = "CP: 28013.\nNASS: 12.\nPaís: España. Vive en España."
    places = [i for i in range(len(text)) if text.startswith("España", i)]
    labelled, alone = (Hit(i, i + 6, "LOCATION", 0.8, "made_up", "quasi") for i in places)
    assert remaining("safe_harbor", text, [labelled]) == (labelled,)
    assert remaining("safe_harbor", text, [alone]) == ()
