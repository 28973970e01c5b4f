"""The parts that are kept of a source: what comes back is what was built, or is refused."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import sealed
from auditor.checks import paraphrase
from auditor.corpus import Corpus, corpora
from auditor.finding import Span
from auditor.indexes import embedding, identities, minhash
from auditor.kept import Unfit, passages, places, shingles, vectors
from auditor.record import Reading, Record
from auditor.roster import Roster


def as_source(texts: list[str]) -> Corpus:
    return Corpus("source", tuple(Record(f"r{i}", text) for i, text in enumerate(texts)))


def test_a_corpus_takes_what_was_worked_out_earlier() -> None:
    corpus = Corpus("c", (Record("r", "a text"),))
    corpus.recall(len_of, 7, 1)
    assert corpus.memo(len_of, 1) == 7
    assert corpus.memo(len_of, 2) == 2


def len_of(corpus: Corpus, times: int) -> int:
    return len(corpus.records) * times


def test_the_roster_changes_fingerprints_and_not_the_key_of_the_index() -> None:
    reading = Reading("r", (Record("r", "a text"),), "digest")
    alone = corpora(reading, reading, None).real()
    listed = corpora(reading, reading, None, None, Roster("r.csv", (), "digest")).real()
    assert alone.fingerprint(0) != listed.fingerprint(0)
    assert alone.kept_key == listed.kept_key
    assert corpora(reading, reading, None, b"user's").real().kept_key == b"user's"


TEXTS = st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=4)
OPTIONS = {"profile": "safe_harbor", "detect": True, "shingle_words": 3}
NAMES = st.sampled_from(["", "NAME", "es_names", "base64"])


@st.composite
def seen_places(draw: st.DrawFn) -> tuple[list[str], identities.Seen]:
    texts = draw(TEXTS)
    spans = []
    for text in texts:
        cuts = st.lists(st.integers(0, len(text)), min_size=2, max_size=2, unique=True)
        span = st.builds(
            lambda place, *rest: Span(*sorted(place), *rest),
            cuts,
            NAMES,
            st.floats(0, 1),
            NAMES,
            NAMES,
        )
        spans.append(tuple(draw(st.lists(span, max_size=3))))
    unspoken = draw(st.integers(0, len(texts)))
    return texts, identities.Seen(tuple(spans), unspoken, len(texts) - unspoken)


@given(seen_places())
def test_places_come_back_as_they_were(made: tuple[list[str], identities.Seen]) -> None:
    texts, seen = made
    first, second = as_source(texts), as_source(texts)
    first.recall(identities.seen, seen, "safe_harbor")
    places.recall(second, OPTIONS, places.keep(first, OPTIONS))
    assert second.memo(identities.seen, "safe_harbor") == seen


def test_without_the_detector_no_place_is_kept() -> None:
    assert places.keep(as_source(["Anna Ruiz"]), OPTIONS | {"detect": False}) == {}


@given(TEXTS, st.integers(1, 4))
def test_shingles_come_back_as_they_were(texts: list[str], k: int) -> None:
    first, second = as_source(texts), as_source(texts)
    options = {"shingle_words": k}
    shingles.recall(second, options, shingles.keep(first, options))
    one, other = (corpus.memo(minhash.shingles, k) for corpus in (first, second))
    assert (one.hashes.tolist(), one.starts.tolist()) == (
        other.hashes.tolist(),
        other.starts.tolist(),
    )
    assert (first.memo(minhash.signatures, k) == second.memo(minhash.signatures, k)).all()


ODD: dict[str, Callable[[Any], Any]] = {
    "shorter": lambda array: array[:-1],
    "of another shape": lambda array: array[None],
    "of another type": lambda array: np.zeros(array.shape, np.float16),
    "of objects": lambda array: array.astype(object),
    "of no number": lambda array: array * array.dtype.type(np.nan),
    "below any": lambda array: array - 2**40,
    "above any": lambda array: array + 2**40,
}
PARTS = {"passages": passages, "places": places, "shingles": shingles, "vectors": vectors}
SOURCE = ["Anna Ruiz met Iker Gil today.", "No name here at all, but words."]


@pytest.fixture(autouse=True)
def a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "encoder", lambda: SimpleNamespace(name="model"))


def arrays_of(name: str) -> dict[str, Any]:
    source = as_source(SOURCE)
    rows = np.ones((2, embedding.DIMENSIONS), np.float32)
    if name == "vectors":
        numbers = {"records": np.array([0, 1]), "counts": np.array([1, 1])}
        return {**numbers, "vectors": rows, "model": np.array(["model"])}
    if name == "passages":
        spans = [Span(0, len(text)) for text in SOURCE]
        found = paraphrase.Passages(np.array([0, 1]), spans, rows)
        source.recall(paraphrase.embedded, found)
    seen = Span(0, 9, "NAME", 0.7, "x"), Span(14, 22, "NAME", 1.0, "y")
    source.recall(identities.seen, identities.Seen((seen, ())), "safe_harbor")
    return dict(PARTS[name].keep(source, OPTIONS))


def damaged(arrays: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for column, array in arrays.items():
        yield {k: v for k, v in arrays.items() if k != column}
        kind = array.dtype.kind
        for how, odd in ODD.items():
            fits = how not in ("below any", "above any") or kind == "i"
            if fits and (how != "of no number" or kind == "f"):
                yield arrays | {column: odd(array)}


@pytest.mark.parametrize("name", PARTS)
def test_arrays_that_do_not_fit_the_source_are_not_taken(name: str) -> None:
    """Whoever has the key can sign anything; it must not crash or mislead all the same."""
    arrays = arrays_of(name)
    PARTS[name].recall(as_source(SOURCE), OPTIONS, arrays)
    count = 0
    for odd in damaged(arrays):
        with pytest.raises((Unfit, *sealed.DAMAGED)):
            PARTS[name].recall(as_source(SOURCE), OPTIONS, odd)
        count += 1
    assert count > 3 * len(arrays)


def test_a_place_outside_its_record_is_not_taken() -> None:
    arrays = arrays_of("places")
    with pytest.raises(Unfit):
        places.recall(as_source([text[:15] for text in SOURCE]), OPTIONS, arrays)
