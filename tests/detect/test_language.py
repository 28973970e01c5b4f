"""A text of an unknown language goes to the models whose function words it has."""

import pytest

from auditor.detect.models.language import may_be


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("She was seen by the nurse and sent to the ward.", ["en"]),
        ("La paciente fue vista por el enfermero y pasó a la planta.", ["es"]),
        ("Seen by the nurse; fue vista por el médico.", ["en", "es"]),
        ("Tabitha Lathbury", ["en", "es"]),
        ("", ["en", "es"]),
    ],
)
def test_the_languages_that_a_text_may_be_in(text: str, languages: list[str]) -> None:
    assert [name for name in ("en", "es") if may_be(name, text)] == languages
