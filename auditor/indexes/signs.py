"""How disorders show in reports: names, signs and typical words by code, in each language.

The data is ``rules/taxonomies/signs/<language>/*.yaml``, written from public diagnostic knowledge.
A code is told by its own entry and those of the codes above it: ``F32.1`` by its own and ``F32``.
"""

from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from auditor import strict_yaml
from auditor.resources import shipped

LANGUAGES = ("en", "es")


class Entry(BaseModel):
    """One code: its title, other names, sentences on how it shows, and words typical of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    names: list[str] = Field(min_length=1)
    shows: list[str] = Field(min_length=1)
    words: list[str] = Field(min_length=1)

    @property
    def text(self) -> str:
        """All of it as one text."""
        return ". ".join((self.title, *self.names, *self.words, *self.shows))


def of(code: str, language: str) -> str:
    """All that is known of a code and the codes above it, in a language; empty when nothing is."""
    known = table(language)
    entries = [known[code[:end]] for end in range(len(code), 2, -1) if code[:end] in known]
    return ". ".join(entry.text for entry in entries)


@cache
def table(language: str) -> dict[str, Entry]:
    """Every entry of a language by its code; empty for a language without data.

    Raises PolicyError that names the file when one of them is not of this form.
    """
    entries: dict[str, Entry] = {}
    for path in sorted(shipped("rules", "taxonomies", "signs", language).glob("*.yaml")):
        place = f"signs/{language}/{path.name}"
        content = strict_yaml.parse(place, path.read_text(encoding="utf-8"))
        entries |= strict_yaml.shaped(place, content, dict[str, Entry])
    return entries
