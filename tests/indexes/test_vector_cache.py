import os
import stat

import numpy as np
import pytest

from auditor.indexes import vector_cache

PERSONAL = "Hortensia Quijano, 4711"
VECTOR = np.arange(4, dtype=np.float32)


def keep(folder, text: str = PERSONAL, model: str = "m-bf16") -> None:
    with vector_cache.opened(folder, model, 4) as stored:
        stored[text] = VECTOR


def found(folder, text: str = PERSONAL, model: str = "m-bf16", dimensions: int = 4) -> bool:
    with vector_cache.opened(folder, model, dimensions) as stored:
        return text in stored


def test_what_was_kept_is_found_again(tmp_path):
    keep(tmp_path / "new")
    with vector_cache.opened(tmp_path / "new", "m-bf16", 4) as stored:
        assert stored[PERSONAL].tolist() == VECTOR.tolist()


def test_without_a_folder_nothing_is_kept():
    keep(None)
    assert not found(None)


def test_another_model_or_precision_is_another_file(tmp_path):
    keep(tmp_path)
    assert not found(tmp_path, model="m-fp32")


def test_neither_texts_nor_ids_are_written_and_only_the_owner_may_read(tmp_path):
    keep(tmp_path)
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"Hortensia" not in file.read_bytes() + file.name.encode()


@pytest.mark.parametrize("share", [0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_cut_file_is_worked_out_again(tmp_path, share: float):
    keep(tmp_path)
    (file,) = tmp_path.iterdir()
    content = file.read_bytes()
    file.write_bytes(content[: int(share * len(content))])
    assert not found(tmp_path)
    keep(tmp_path)
    assert found(tmp_path)


def test_one_changed_byte_of_a_vector_is_noticed(tmp_path):
    keep(tmp_path)
    (file,) = tmp_path.iterdir()
    content = bytearray(file.read_bytes())
    content[content.index(VECTOR.tobytes()) + 6] ^= 1
    file.write_bytes(content)
    assert not found(tmp_path)


def test_a_file_of_other_shapes_is_not_used(tmp_path):
    keep(tmp_path)
    assert not found(tmp_path, dimensions=5)


def test_a_folder_that_others_may_write_to_is_not_used(tmp_path):
    tmp_path.chmod(0o777)
    keep(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_no_reason_to_stop(tmp_path):
    (tmp_path / "file").write_text("")
    keep(tmp_path / "file" / "folder")


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    keep(tmp_path)
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "disk full")))
    keep(tmp_path, text="another")
    monkeypatch.undo()
    assert len(list(tmp_path.iterdir())) == 1
    assert found(tmp_path)
    assert not found(tmp_path, text="another")


def test_a_killed_run_keeps_what_it_had_written(tmp_path, monkeypatch):
    monkeypatch.setattr(vector_cache, "PORTION", 3)

    def killed() -> None:
        with vector_cache.opened(tmp_path, "m-bf16", 4) as stored:
            for number in range(7):
                stored[f"text {number}"] = VECTOR
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    kept = [found(tmp_path, f"text {number}") for number in range(7)]
    assert kept == [True] * 6 + [False]
