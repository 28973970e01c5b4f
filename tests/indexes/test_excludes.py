import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.indexes import excludes, taxonomy


@pytest.mark.parametrize(
    ("note", "words", "ruled_out", "allowed"),
    [
        ("bipolar disorder (F31.-)", "bipolar disorder", "F31 F31.2 f3174", "F30 F32.1 F3"),
        ("gait and mobility (R26.-), NOS", "gait and mobility, NOS", "R26.2", "R27"),
        ("brief psychosis (F23)", "brief psychosis", "F23", "F22 F24"),
        ("mood (F30.2, F31.64)", "mood", "F30.2 F31.64", "F30 F30.1 F31.6 F31"),
        ("E. coli (A04.0-A04.4)", "E. coli", "A04.0 A04.3 A04.41", "A04 A04.5 A05"),
        (
            "cognitive (sequelae of) (I69.81- I69.91-)",
            "cognitive (sequelae of)",
            "I69.911",
            "I69.8",
        ),
        ("infarction (I63.3-I63.5-)", "infarction", "I63.3 I63.40 I63.59", "I63 I63.2 I63.6"),
        ("canal (external) (C43.2-,C44.2-)", "canal (external)", "C43.21 C44.2", "C43 C43.3"),
        ("testis (D29.2.-)", "testis", "D29.2 D29.21", "D29"),
        ("other stimulants (F10-F19)", "other stimulants", "F10 F15.2 F19.99", "F09 F20"),
        ("Crohn (K50.014, K50.914,)", "Crohn", "K50.014 K50.914", "K50"),
        ("Charcot (E08-E13 with .610)", "Charcot", "E08.610 E11.610", "E11 E11.61 E14.610"),
        ("angiopathy (E08-E13 with .51-.52)", "angiopathy", "E10.51 E11.52", "E11.53 E11.5"),
        ("diabetes (E08-E13 with .62-)", "diabetes", "E11.62 E11.620", "E11.6"),
    ],
)
def test_a_note_rules_out_the_codes_in_its_brackets(
    note: str, words: str, ruled_out: str, allowed: str
) -> None:
    read = excludes.read(note)
    assert read.words == words
    assert [code for code in ruled_out.split() if not read.covers(code)] == []
    assert [code for code in allowed.split() if read.covers(code)] == []


@pytest.mark.parametrize(
    "note",
    [
        "fluency disorder (I69. with final characters -23)",
        "current concussion (S06.0X- with seventh character A)",
        "amnestic syndrome (F10-F19 with 5th character .6)",
        "normal variation in pattern of selective attachment",
        "glucose-6-phosphate dehydrogenase (G6PD) deficiency",
        "drugs (A00-R94 and T80-T88.6, T88.8)",
    ],
)
def test_what_cannot_be_read_rules_nothing_out_and_keeps_its_words(note: str) -> None:
    read = excludes.read(note)
    assert read.spans == ()
    assert read.words.startswith(note.partition(" (")[0])


def test_notes_hold_for_all_codes_below() -> None:
    assert [note.words for note in excludes.of("F32.1")] == [
        "bipolar disorder", "manic episode", "recurrent depressive disorder",
    ]  # fmt: skip
    assert excludes.of("F20.0")[-1] in excludes.of("F20")
    assert any("borderline intellectual" in note.words for note in excludes.of("F71"))  # a block's
    assert excludes.of("no code") == ()


def test_no_code_rules_itself_out_and_no_heading_is_a_note() -> None:
    codes = [code for code in taxonomy.table() if code[0] in "FGR" and "-" not in code]
    assert len(codes) > 2_000
    for code in codes:
        for note in excludes.of(code):
            assert not note.covers(code)
            assert note.words
            assert not note.words.endswith(":")


def test_nearly_all_notes_of_the_table_can_be_read() -> None:
    notes = {note for entry in taxonomy.table().values() for note in entry.excludes}
    with_codes = [note for note in notes if excludes._NAMES_A_CODE.search(note)]
    unread = [note for note in with_codes if not excludes.read(note).spans]
    assert len(with_codes) > 3_000
    assert len(unread) < len(with_codes) / 50  # conditions, and codes without brackets


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    read = excludes.read(text)
    assert not read.spans or "(" in text
    assert all(note in text for note in read.words.split())


@given(st.sampled_from(taxonomy.categories()), st.text("0123456789", max_size=3))
def test_a_note_on_a_category_covers_all_below_it(category: str, rest: str) -> None:
    code = f"{category}.{rest}" if rest else category
    assert excludes.read(f"something else ({category}.-)").covers(code)
    assert not excludes.read(f"something else ({category}.{rest}1-)").covers(code)
