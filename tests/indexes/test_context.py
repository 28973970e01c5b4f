"""What a text denies, says of relatives, or only considers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.indexes.context import KINDS, cues, masked, scopes

# What is in brackets lies in a scope of the kind; nothing else does.
SCOPED = [
    ("en", "negated", "[No delusions or hallucinations], but marked anxiety."),
    ("en", "negated", "[Denies suicidal ideation]. Mood is low."),
    ("en", "negated", "He [denies fever, chills, or cough], and feels sad."),
    ("en", "negated", "She [did not report hallucinations, delusions or mania]."),
    ("en", "negated", "[Suicidal ideation: none]. Sleep is poor."),
    ("en", "negated", "[Negative for tremor] except mild rigidity."),
    ("en", "negated", "She is [not tearful], she is angry."),
    ("es", "negated", "[Niega ideación autolítica]. Llora a diario."),
    ("es", "negated", "[Sin alteraciones sensoperceptivas]. Ánimo bajo."),
    ("es", "negated", "[No presenta fiebre, tos ni disnea], pero refiere cansancio."),
    ("es", "negated", "[Alucinaciones: no]. Ánimo bajo."),
    ("es", "negated", "[No está triste], llora de rabia."),
    ("en", "family", "[Mother with bipolar disorder]. Mood is low."),
    ("en", "family", "[Bipolar disorder in her mother]. Mood is low."),
    ("en", "family", "[FAMILY HISTORY: Depression. Alcohol use].\nSOCIAL HISTORY: smokes."),
    ("en", "family", "Her [father died of cirrhosis], she drinks little."),
    ("es", "family", "[Padre con esquizofrenia]. Ánimo bajo."),
    (
        "es",
        "family",
        "[Antecedentes familiares: depresión. Alcoholismo].\nEnfermedad actual: llora.",
    ),
    ("es", "family", "[Depresión en su madre], insomnio desde entonces."),
    ("en", "hypothetical", "Return [if she reports suicidal ideation]. Mood is low."),
    ("es", "hypothetical", "Acudirá [en caso de fiebre]. Ánimo bajo."),
]
FREE = [
    ("en", "Her mother brought her because she is tearful."),
    ("en", "She is not only sad but anxious."),
    ("en", "There is no doubt that he is depressed."),
    ("en", "Mother of two with depression."),
    ("en", "He does not deny suicidal thoughts."),
    ("en", "No interest in friends; no energy; not sleeping."),
    ("es", "No sólo está triste."),
    ("es", "Sin duda está deprimida."),
    ("es", "Sin ganas de nada, no duerme."),
    ("es", "La madre la trae porque llora."),
    ("es", "No niega ideas de muerte."),
]


@pytest.mark.parametrize(("language", "kind", "marked"), SCOPED)
def test_a_cue_governs_so_far_and_no_further(language: str, kind: str, marked: str) -> None:
    before, inside, after = marked.replace("]", "[").split("[")
    expected = before + "".join(c if c == "\n" else " " for c in inside) + after
    text = before + inside + after
    assert masked(text, language, (kind,)) == expected
    both = masked(text, "und", (kind,))
    assert all(c in (" ", d) for c, d in zip(both, expected, strict=True))


@pytest.mark.parametrize(("language", "text"), FREE)
def test_what_only_looks_like_a_cue_governs_nothing(language: str, text: str) -> None:
    assert scopes(text, language) == ()
    assert masked(text, language, KINDS) == text


def test_an_unknown_language_is_read_with_all_cues() -> None:
    text = "Denies fever. Niega tos. Stands still."
    hidden = f"{' ' * 12}. {' ' * 9}. Stands still."
    assert masked(text, "und") == masked(text, "fr") == hidden


def test_every_language_has_cues_of_every_kind_in_order() -> None:
    for language in ("en", "es"):
        assert {group.kind for group in cues(language).groups.values()} == set(KINDS)


CUES = "no denies niega sin mother with madre con but pero fever. fiebre, if si none she in her"
WORDS = st.sampled_from(
    [*CUES.split(), "Family history:", "\n", "é", "🙂", "not only", ";", ":", "-"]
)


@given(st.lists(WORDS, max_size=40), st.sampled_from(["en", "es", "und"]))
def test_scopes_are_sorted_and_masking_keeps_the_length(words: list[str], language: str) -> None:
    text = " ".join(words)
    found = scopes(text, language)
    assert list(found) == sorted(found)
    assert all(0 <= scope.start < scope.end <= len(text) for scope in found)
    hidden = masked(text, language, KINDS)
    assert len(hidden) == len(text)
    inside = {i for scope in found for i in range(scope.start, scope.end)}
    for i, (was, now) in enumerate(zip(text, hidden, strict=True)):
        assert now == (" " if i in inside and was != "\n" else was)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert len(masked(text, "und", KINDS)) == len(text)
