"""Views: what a text says once written plainly, and where each character of that came from."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.detect.views.edits import Edit, near
from auditor.detect.views.view import (
    DISGUISES,
    NUMBER_WORDS,
    PLAIN,
    View,
    disguises,
    plain,
    rewritten,
)

ODD = (
    "\u200b", "\u00ad", "\ufeff", "\u202e", "\ufe0f", "\u0301", "\u0336", "\u20e3", "e",
    "n\u0303", "é", "ﬁ", "２", "٣", "𝟗", "①", "²", "½", "…", "–", "\u2044", "\xa0", "\u2028",
    "\u2800", "а", "о", "Р", "α", "β", "TNF", "&#5", "&#50;", "&amp;", "amp;", "#52;",
    "&lt;", "%", "25", "%34", "%C3%B1", "%2", " ", "\n", "\r\n", "a", "Z", "0", "7", "-",
    "/", ".", "(", "ﷺ", "\ud800", "\U0001f642",
)  # fmt: skip
ASCII = st.text(st.characters(max_codepoint=0x7F, exclude_characters="&%"))
TEXTS = st.lists(st.sampled_from(ODD), max_size=30).map("".join) | st.text(max_size=30)
PIECES = (
    "2 1 9 - 4 5 ", "2.1.9.4.5", "J o h n   D o e", " 12 / 03 / 2021", "a @ b . org",
    "219_45_6789", "four one two", "\n", "five ", "treinta y ", "cuatro cinco",
    "219-4\n5-6789", "\\u0032", "\\n", "=3D=32", "=\n", "<b>", "**", "gro.elpmaxe@ana ",
    "1202/30/21 ", "2l9-45-678O", "²¹", "\x00", "MjE5LTQ1LTY3ODk=",
    "3231392d34352d36373839 ", " [at] ", "dot com", "x", " ", ". ", "\u200b", "é",
)  # fmt: skip


@pytest.mark.parametrize(
    ("original", "text"),
    [
        ("219\u200b-45\u00ad-6789\ufeff", "219-45-6789"),
        ("2\u03361\u03369\u0336", "219"),
        ("2\ufe0f\u20e31\ufe0f\u20e3", "21"),
        ("２１９－４５ ٢١٩ 𝟐𝟏𝟗 ①②", "219-45 219 219 12"),
        ("12\u20442\u22152 219\u201145\u22126", "12/2/2 219-45-6"),
        ("91\xa0555\u202f01\u200923", "91 555 01 23"),
        ("one\u2028two\u2029three\u0085four", "one\ntwo\nthree\nfour"),
        ("one\r\ntwo\tthree", "one\r\ntwo\tthree"),
        ("\u202e9876\u202c", "9876"),
        ("аnа@ехаmрlе.оrg", "ana@example.org"),
        ("оса beside words in Latin", "oca beside words in Latin"),
        ("Ана пришла домой", "Ана пришла домой"),
        ("ᴀɴᴀ 🅰🅽🅰", "ana ANA"),
        ("&#50;&#x31;&#57;&nbsp;&lt;a&gt; R&amp;D", "219 <a> R&D"),
        ("&amp;amp;#50; &ntilde;", "2 ñ"),
        ("%32%31%39 ana%40example.org Mu%C3%B1oz", "219 ana@example.org Muñoz"),
        ("%2532%252531", "21"),
        ("10%20 mg, 5% of 60%, 30%25", "10%20 mg, 5% of 60%, 30%25"),
        ("&#0; &#xD800; &unknown; AT&T; R&D", "� � &unknown; AT&T; R&D"),
        ("cafe\u0301, man\u0303ana", "café, mañana"),
        ("ﬁebre… x\u2024y", "fiebre... x.y"),
    ],
)
def test_what_a_text_says_plainly(original: str, text: str) -> None:
    assert plain(original).text == text


@pytest.mark.parametrize(
    "text",
    [
        "Mª José Núñez, 3.ª planta, n.º 48, «dolor» — niega fiebre; ¿pingüino? ¡Sí! 20 µg, 38 °C",
        "Seen on 12/03/2021², BMI 24 kg/m², ½ tablet, O’Brien “well”, €20, Zoloft™",
        "",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert plain(text).text == text


@given(ASCII)
def test_plain_ascii_is_returned_as_it_is(text: str) -> None:
    view = plain(text)
    assert view.name == PLAIN
    assert view.text == text
    assert view.starts.tolist() == list(range(len(text)))
    assert view.ends.tolist() == list(range(1, len(text) + 1))


@given(TEXTS)
def test_plain_text_is_plain_already(original: str) -> None:
    text = plain(original).text
    assert plain(text).text == text


@given(TEXTS)
def test_places_of_plain_text_are_in_order_and_within_the_original(original: str) -> None:
    view = plain(original)
    in_range(view, original)
    assert view.starts.tolist() == sorted(view.starts)
    assert view.ends.tolist() == sorted(view.ends)
    for before, after in zip(view.ends, view.starts[1:], strict=False):
        assert after >= before or view.starts.tolist().count(after) > 1  # one made into several


def in_range(view: View, original: str) -> None:
    assert len(view.text) == len(view.starts) == len(view.ends)
    assert view.starts.dtype == view.ends.dtype == np.int32
    assert (view.starts >= 0).all()
    assert (view.starts < view.ends).all()
    assert (view.ends <= len(original)).all()


@given(TEXTS | st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_places_of_every_view_are_within_the_original(original: str) -> None:
    view = plain(original)
    for language in ("en", "es", "und"):
        for disguise in disguises(view, language):
            in_range(disguise, original)
            assert disguise.name in {*DISGUISES, NUMBER_WORDS}


PLANTED = [
    ("spaced digits", "2 1 9 - 4 5 - 6 7 8 9", "219-45-6789"),
    ("spaced digits", "( 6 1 4 )   5 5 5 - 0 1 4 2", "(614) 555-0142"),
    ("spaced digits", "J o h n   D o e", "John Doe"),
    ("spaced digits", "4.8.2.9.1.3", "482913"),
    ("spaced digits", "4, 8, 2, 9, 1, 3", "482913"),
    ("blanks around marks", "12 / 03 / 2021", "12/03/2021"),
    ("blanks around marks", "ana . ruiz @ example . org", "ana.ruiz@example.org"),
    ("odd separators", "219_45_6789", "219-45-6789"),
    ("odd separators", '219","45","6789', "219-45-6789"),
    ("odd separators", "203_0_113_25", "203.0.113.25"),
    ("line breaks inside", "219-4\n5-6789", "219-45-6789"),
    ("line breaks inside", "ana.ruiz@exam\r\n  ple.org", "ana.ruiz@example.org"),
    ("line breaks inside", "https://portal.exam\nple.org/a", "https://portal.example.org/a"),
    ("line breaks as blanks", "4111 1111\n1111 1111", "4111 1111 1111 1111"),
    ("markup inside", "219</b>-45-<i>6789", "219-45-6789"),
    ("markup inside", "219**-45-6789", "219-45-6789"),
    ("reversed", "9876-54-912", "219-45-6789"),
    ("reversed", "gro.elpmaxe@ziur.ana", "ana.ruiz@example.org"),
    ("reversed", "b/gro.elpmaxe.latrop//:sptth", "https://portal.example.org/b"),
    ("reversed", "1202/30/21", "12/03/2021"),
    ("look-alike digits", "2l9-45-678O", "219-45-6780"),
    ("look-alike digits", "lO/O3/2O2l", "10/03/2021"),
    ("raised digits", "²¹⁹-⁴⁵-⁶⁷⁸⁹", "219-45-6789"),
    ("control characters", "2\x001\x009\x004", "2194"),
    ("at and dot", "ana.ruiz [at] example (dot) org", "ana.ruiz@example.org"),
    ("at and dot", "ana.ruiz arroba example punto org", "ana.ruiz@example.org"),
    ("at and dot", "portal dot example dot org slash a", "portal.example.org/a"),
    ("at and dot", "12 slash 03 slash 2021", "12/03/2021"),
    ("base64", "MjE5LTQ1LTY3ODk=", "219-45-6789"),
    ("base64", "TWpFNUxUUTFMVFkzT0RrPQ==", "219-45-6789"),
    ("hex", "3231392d34352d36373839", "219-45-6789"),
    ("hex", "32 31 39 2d 34 35 2d 36 37 38 39", "219-45-6789"),
    ("escapes", r"\u0032\u0031\x39\u{2d}\064\065", "219-45"),
    ("escapes", r"12\/03\/2021", "12/03/2021"),
    ("quoted-printable", "=32=31=39", "219"),
    ("quoted-printable", "219-45=\n-6789", "219-45-6789"),
    ("number words", "two one nine-four five-six seven eight nine", "219-45-6789"),
    ("number words", "five-five-five, oh-one-four-two", "5550142"),
    ("number words", "double five five, oh one four two", "5550142"),
    ("number words", "twelve slash three slash two thousand and twenty-one", "12/3/2021"),
    ("number words", "doce barra tres barra dos mil veintiuno", "12/3/2021"),
    ("number words", "seiscientos doce, treinta y cuatro, cincuenta y seis, diez", "612345610"),
    ("number words", "mil novecientos ochenta y uno guion cuatro", "1981-4"),
]


@pytest.mark.parametrize(("name", "disguised", "value"), PLANTED)
@given(before=st.sampled_from(("", "x", "Été \u200b", "\n\n", "long " * 60)), after=st.booleans())
def test_a_view_leads_back_to_the_planted_place(
    name: str, disguised: str, value: str, before: str, after: bool
) -> None:
    before = before and f"{before} "
    original = before + disguised + (" was noted. " + "Later on " * 40 if after else "")
    language = "es" if "dos" in disguised or "doce" in disguised or "mil" in disguised else "en"
    (view,) = (v for v in disguises(plain(original), language) if v.name == name)
    at = view.text.index(value)
    assert view.original(at, at + len(value)) == (len(before), len(before) + len(disguised))


def test_part_of_a_reversed_value_leads_to_its_part() -> None:
    (view,) = disguises(plain("it was 1202/30/21 then"), "en")
    at = view.text.index("12/03")
    assert view.original(at, at + 2) == (15, 17)


@pytest.mark.parametrize(
    "text",
    [
        "BP 120/80, HR 72, 2-3 times a day; 10-20 mg, e.g. at night. Scores 3, 2, 1 and 0.",
        "One or two glasses at home, at three. She is twenty-one; the dot at the wall.",
        "Acude a las 10.30 con 2-3 deposiciones; uno o dos días. Dieciséis años, L5-S1, B12.",
        "First line ends here\nSecond line\n- item 1\n- item 2\n\n120\n80\n72\n",
        "Hospitalization, gastroenterologist, otorhinolaryngology and HYPERTENSION",
    ],
)
def test_ordinary_text_has_no_other_view(text: str) -> None:
    assert [view.name for view in disguises(plain(text), "und")] == []


def test_number_words_are_read_in_the_language_of_the_text() -> None:
    words = "uno dos tres cuatro cinco seis"
    assert [view.text for view in disguises(plain(words), "es")] == ["123456"]
    assert [view.text for view in disguises(plain(words), "und")] == ["123456"]
    assert [*disguises(plain(words), "en")] == []


def test_only_the_surroundings_of_a_disguise_are_kept() -> None:
    disguised = "4 8 2 9 1 3"
    text = f"{'far away ' * 50}{disguised} {'between ' * 50}{disguised}{' behind' * 50}"
    (view,) = disguises(plain(text), "en")
    first, last = view.text.split("\n\n\n\n")
    assert "482913" in first
    assert "482913" in last
    assert len(view.text) < 500


def test_edits_may_shorten_lengthen_and_turn() -> None:
    edits = [Edit(0, 1, ""), Edit(1, 2, "xyz"), Edit(3, 6, "fed", backward=True)]
    view = rewritten(plain("abcdefg"), "edited", edits)
    assert (view.name, view.text) == ("edited", "xyzcfedg")
    assert view.starts.tolist() == [1, 1, 1, 2, 5, 4, 3, 6]
    assert view.ends.tolist() == [2, 2, 2, 3, 6, 5, 4, 7]
    assert [*near("ab", [Edit(0, 1, "")])] == [Edit(0, 1, "")]


UNITS = (
    ".", "a.", "1/1/", "A1 ", "1-", "@", "a@", "1 ", "(", "A", "1", "Aa ", "http://",
    "www.a.", " ", "\n", "&amp;", "&", "%", "%2541", "\u200b", "e\u0301", "\u0301", "２",
    "а", "aа ", "%26%2337%3b32", "\u2800", "-\u2011", "1\n", "1 1\n", "a\nb@\n", "a b ",
    "1 - ", "a @ b . ", "one ", "twenty-", "(at)", "a dot com at ", "MjE5LTQ1LTY3ODk= ",
    "32 ", "\\u0032", "=32", "=\n", "<a", "a**b", "moc.a@", "lO/O3/", "²", "\x00",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS)
def test_twice_the_text_costs_twice_the_time(
    unit: str, in_proportion: Callable[[Callable[[int], object], int], bool]
) -> None:
    def views(length: int) -> None:
        for view in disguises(plain((unit * length)[:length]), "und"):
            assert view.text

    assert in_proportion(views, 8_000)


@pytest.mark.slow
def test_text_that_is_plain_costs_less_than_to_find_its_words(
    cost: Callable[[Callable[[], object]], float],
) -> None:
    text = "The patient was seen on 12/03/2021 and felt well. " * 20_000
    assert cost(lambda: plain(text)) < cost(lambda: re.findall(r"\w+", text))
