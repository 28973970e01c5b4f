"""A hospital's own NER model, named in the policy by the path of its folder.

spaCy         a folder with ``config.cfg`` and ``meta.json``, as ``nlp.to_disk`` writes it;
              ``own_pipeline`` tells which components run.
transformers  a folder with ``config.json``, weights in ``*.safetensors`` and a fast tokenizer, as
              ``save_pretrained`` writes it, for token classification; see ``own_tagger``.

Nothing is downloaded, and no code of the folder is run. ``own_labels`` tells what the model's
labels mean here.
"""

import configparser
import hashlib
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from auditor.detect.models import own_pipeline, own_tagger
from auditor.detect.models.shipped import Found
from auditor.errors import CannotMeasure, PolicyError

PROBE = "a " * 600  # longer than what a transformer reads at a time
# What a foreign model may end in, besides errors of our own. Of a broken file, safetensors says
# SafetensorError, and tokenizers an Exception without a name.
FAULTS = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError,
    TypeError, ValueError, configparser.Error,
)  # fmt: skip
NAMELESS = ("Exception", "SafetensorError")


@dataclass(frozen=True)
class OwnModel:
    """A loaded model. ``digest`` is the sha256 over the names and contents of all its files."""

    digest: str
    read: Callable[[str], list[Found]]

    def find(self, text: str) -> list[Found]:
        """Start and end (code points), label (one of ours) and score of all that it names."""
        with _one_thread():
            return self.read(text)


@cache
def own_model(path: str) -> OwnModel:
    """The model in a folder, loaded once per process.

    Raises PolicyError when there is no such folder, it holds no model of either kind or one that
    is not read here, or a label of it means nothing here; CannotMeasure when it does not load, does
    not run, or a library is missing.
    """
    folder = Path(path)
    with _told(path):
        load = _loader(folder)
        model = OwnModel(_digest(folder), load(folder))
        model.find(PROBE)  # what does not run shows here, and not in the middle of a corpus
    return model


def _loader(folder: Path) -> Callable[[Path], Callable[[str], list[Found]]]:
    if not folder.is_dir():
        raise PolicyError("there is no such folder; name the one that holds the model")
    if all((folder / name).is_file() for name in ("config.cfg", "meta.json")):
        return own_pipeline.load
    if (folder / "config.json").is_file():
        return own_tagger.load
    raise PolicyError(
        "it holds neither config.cfg and meta.json (spaCy) nor config.json and *.safetensors "
        "(transformers); name the folder that does"
    )


def _digest(folder: Path) -> str:
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    digest = hashlib.sha256()
    for name in sorted(files):
        with files[name].open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{name}\0{content}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


@contextmanager
def _one_thread() -> Iterator[None]:
    """One thread for torch inside, if it is there: on few cores, two wait for each other."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def _told(path: str) -> Iterator[None]:
    """Tells every fault of a model in one line that names its folder."""
    place = f"identifiers: own model {path!r}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (PolicyError, CannotMeasure) as error:
        raise type(error)(f"{place}: {error}") from None
    except ImportError as error:
        missing = (error.name or "").partition(".")[0] or "what its model card names"
        raise CannotMeasure(f"{place}: it needs {missing}; pip install {missing}") from None
    except Exception as error:
        name = type(error).__name__
        if not isinstance(error, FAULTS) and name not in NAMELESS:
            raise
        reason = f"it does not load, or does not run ({name})"
        raise CannotMeasure(f"{place}: {reason}; save it again, or copy it again") from None
