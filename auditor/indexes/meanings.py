"""What codes mean for texts of one language: as listed, as a user's table says, and their signs."""

from collections.abc import Iterable
from dataclasses import dataclass

from auditor.code_table import CodeTable
from auditor.indexes import signs, taxonomy
from auditor.record import UNDETERMINED

ENGLISH = "en"


@dataclass(frozen=True)
class Meanings:
    """Codes in words, for texts of ``language``. The user's table goes before what is shipped."""

    table: CodeTable
    language: str

    def known(self, code: str) -> str | None:
        """The code as a table writes it; of an unlisted one the nearest listed ancestor."""
        if self.table.row(code, self.language) or taxonomy.known(code):
            return self.table.listed(code) or taxonomy.known(code)
        return None  # told in another language only: there is nothing to compare with

    def codes(self, labels: Iterable[str]) -> list[str]:
        """The known ones of a record's labels, as the tables write them, each once."""
        return list(dict.fromkeys(code for code in map(self.known, labels) if code))

    def category(self, code: str) -> str:
        """The three characters that a known code begins with; a local code is its own category."""
        listed = taxonomy.known(code)
        return taxonomy.category(listed) if listed else code

    def chapter(self, code: str) -> str:
        """The chapter of a known code; empty for a local code."""
        listed = taxonomy.known(code)
        return taxonomy.chapter(listed) if listed else ""

    def in_english(self, code: str) -> str:
        """What the sentence model is shown: it reads English. A local code in the user's words."""
        return taxonomy.describe(code) or self.native(code)

    def native(self, code: str) -> str:
        """The description in the language of the texts where the user gave one, else in English."""
        return self._of_user(code) or taxonomy.describe(code) or ""

    def own(self, code: str) -> list[str]:
        """The code's own descriptions, without its parent's and other terms."""
        listed, row = taxonomy.known(code), self.table.row(code, self.language)
        of_table = [taxonomy.table()[listed].description] if listed else []
        return [*of_table, *([row.description] if row else [])]

    def signs(self, code: str) -> str:
        """How the disorder shows in a report of the language; empty where that is not known.

        In an undetermined language, in all that are known.
        """
        listed = taxonomy.known(code)
        languages = signs.LANGUAGES if self.language == UNDETERMINED else (self.language,)
        told = (signs.of(listed, language) for language in languages) if listed else ()
        return ". ".join(filter(None, told))

    def is_foreign(self, code: str) -> bool:
        """Whether the code can only be told in a language other than that of the texts."""
        return self.language != ENGLISH and not self._of_user(code)

    def _of_user(self, code: str) -> str:
        """The user's description, the one of the nearest code above it, and other terms."""
        if not (row := self.table.row(code, self.language)):
            return ""
        shorter = (code[:end] for end in range(len(code) - 1, 2, -1))
        rows = (self.table.row(above, self.language) for above in shorter)
        above = next((found.description for found in rows if found), "")
        return ". ".join(dict.fromkeys(filter(None, (row.description, above, *row.terms))))
