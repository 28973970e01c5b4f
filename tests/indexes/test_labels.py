"""Labels are told as codes, or not at all."""

from auditor.indexes import labels

SENTENCE = "Mrs Example, fell on Monday"


def test_names_are_codes_and_free_text_is_none() -> None:
    assert labels.names(["F32.1", "F32.1", "x-17"]) == ("F32.1", "x-17")
    assert labels.names([SENTENCE, "<b>", "F32"]) == ("(not a code)", "F32")
    assert labels.names([]) == ()


def test_categories_of_codes_of_icd_and_of_others() -> None:
    assert labels.categories(["F32.1", "f329", "F33"]) == {"F32", "F33"}
    assert labels.categories(["sad", "DSM-300.4"]) == {"sad", "DSM-300.4"}
    assert labels.categories([SENTENCE]) == frozenset()
