"""Footnotes: what has to be said beside a figure, each text once, numbered as it first appears."""

from dataclasses import dataclass, field


@dataclass
class Footnotes:
    """The footnotes of one profile, while it is put together."""

    texts: list[str] = field(default_factory=list)

    def number(self, text: str) -> int:
        """The number of a footnote, from 1: that of the same text if it stands there already."""
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text) + 1

    def numbers(self, *texts: str) -> list[int]:
        """The numbers of those that are not empty."""
        return [self.number(text) for text in texts if text]
