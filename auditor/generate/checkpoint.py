"""A folder with a checkpoint, looked at before any library reads it."""

import hashlib
import json
from pathlib import Path
from typing import Any

from auditor.errors import InputError

# All that decides an answer besides the request.
PARTS = ("*.json", "*.jinja", "*.model", "*.safetensors", "*.txt")
WEIGHTS = (".safetensors", ".safetensors.index.json")


def check(folder: Path) -> None:
    """Raises InputError for what is not complete, or could run code or fetch it when loaded.

    Raises OSError for a folder that cannot be read.
    """
    config = _object(folder / "config.json")
    words = _object(folder / "tokenizer_config.json")
    if not any(folder.glob("*.safetensors")):
        raise InputError(
            f"{folder}: has no *.safetensors, and pickled weights are not read because they can"
            " run code; convert them with save_pretrained"
        )
    if "auto_map" in {*config, *words} or (folder / "custom_generate").exists():
        raise InputError(
            f"{folder}: brings along code (auto_map, custom_generate), which is not run; choose a"
            " model that transformers knows itself"
        )
    if (folder / "adapter_config.json").exists():
        raise InputError(f"{folder}: holds an adapter; merge it into its model and save that")
    weights = {str(config.get("transformers_weights", "model.safetensors"))}
    for index in folder.glob("*.safetensors.index.json"):
        files = _object(index).get("weight_map", {})
        weights |= set(map(str, files.values() if isinstance(files, dict) else files))
    if any("/" in name or not name.endswith(WEIGHTS) for name in weights):
        raise InputError(f"{folder}: names weights that are no *.safetensors of its own; save anew")
    if not words.get("chat_template") and not (folder / "chat_template.jinja").is_file():
        raise InputError(
            f"{folder}: has no chat template, so it was not trained to follow instructions; choose"
            " a model that was, or add its chat_template.jinja"
        )


def _object(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise InputError(f"{path}: not JSON; copy the checkpoint again") from None
    if not isinstance(content, dict):
        raise InputError(f"{path}: not a JSON object; copy the checkpoint again")
    return content


def digest(folder: Path) -> str:
    """Sha256 of the names and contents of ``PARTS``, of whatever size."""
    told = hashlib.sha256()
    for path in sorted({path for part in PARTS for path in folder.glob(part)}):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        told.update(f"{path.name}\0{content}\n".encode("utf-8", "surrogateescape"))
    return told.hexdigest()
