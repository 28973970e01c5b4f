"""The detector of identifiers: everything that looks at one text, in order.

1. The text is made plain (``views``), so that no disguise of characters hides anything.
2. Rules, name models and lists look at the plain text; what overlaps is settled (``hit``). What
   models and lists find within the name of an instrument is left out (``instruments``).
3. Names and numbers that were accepted are looked for in the rest of the text (``propagation``).
4. Rules look at what the text says once undisguised: spaced digits, base64, [at] (``views``).
5. What the profile lets pass is left out (``profiles``).
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from auditor.detect import gazetteer, instruments, profiles
from auditor.detect.allow_list import allow_list
from auditor.detect.borders import drawn_out
from auditor.detect.hit import Hit, resolve
from auditor.detect.models.own import own_model
from auditor.detect.models.shipped import shipped_model
from auditor.detect.patterns.rules import LANGUAGES, rules_for
from auditor.detect.placeholders import placeholder
from auditor.detect.propagation import propagate
from auditor.detect.recognizers import SPOKEN, Named, hits, reads_patterns, registry
from auditor.detect.views.view import View, disguises
from auditor.detect.views.view import plain as undisguised
from auditor.errors import CannotMeasure

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

SECONDS = 20.0  # of CPU for one text


class Detector:
    """Finds identifiers. Building one takes seconds; it may be used for any text.

    ``recognizers`` and ``allow`` are YAML of the user, ``models`` paths of own models by language.
    Raises PolicyError when one of them is not well formed, CannotMeasure when a model is missing.
    """

    def __init__(
        self,
        profile: str = "safe_harbor",
        *,
        recognizers: str = "",
        models: Mapping[str, str] | None = None,
        placeholders: str = "count",
        allow: str = "",
        seconds: float = SECONDS,
    ) -> None:
        self._profile = profile
        self._rules = rules_for(profile, recognizers)
        self._allow = allow_list(allow)
        self._placeholders = placeholders
        self._seconds = seconds
        host = registry(self._rules, _models(models or {}))
        self._recognizers: dict[str, list[EntityRecognizer]] = {
            language: host.get_recognizers(language, all_fields=True) for language in SPOKEN
        }

    def find(self, text: str, language: str) -> tuple[Hit, ...]:
        """Hits that do not overlap, in the order of the text.

        ``language`` is one of ``SPOKEN``; ``und`` asks the recognizers of all languages. Raises
        CannotMeasure when the text takes longer than it may.
        """
        end = time.perf_counter() + self._seconds, time.thread_time() + self._seconds
        plain = undisguised(text)
        terms = instruments.places(plain.text)
        seen = _whole(plain.text, self._look(plain.text, language, end, terms))
        more = instruments.outside(terms, propagate(plain.text, seen))
        seen = _whole(plain.text, [*seen, *more])
        found = [_moved(hit, plain) for hit in seen]
        found += list(self._disguised(plain, language, found, end))
        kept = profiles.remaining(self._profile, text, resolve(text, found))
        return tuple(hit for hit in kept if not self._passes(hit, text))

    def _look(
        self, text: str, language: str, end: tuple[float, float], terms: list[instruments.Span]
    ) -> Iterator[Hit]:
        for recognizer in self._recognizers[language]:
            found = hits(recognizer, text)
            yield from found if reads_patterns(recognizer) else instruments.outside(terms, found)
            _hurry(*end)
        yield from instruments.outside(terms, gazetteer.find(text))

    def _disguised(
        self, plain: View, language: str, found: list[Hit], end: tuple[float, float]
    ) -> Iterator[Hit]:
        for view in disguises(plain, language):
            for recognizer in filter(reads_patterns, self._recognizers[language]):
                for hit in hits(recognizer, view.text):
                    moved = replace(_moved(hit, view), view=view.name)
                    if not any(_tells_more(known, moved) for known in found):
                        yield moved
                _hurry(*end)

    def _passes(self, hit: Hit, text: str) -> bool:
        reserved = self._placeholders == "pass" and placeholder(hit, text)
        return reserved or self._allow.passes(text[hit.start : hit.end], hit.label)


def _models(paths: Mapping[str, str]) -> Iterator[Named]:
    for language in LANGUAGES:
        yield f"{language}_names", language, shipped_model(language)
        if paths.get(language):
            yield f"{language}_own_model", language, own_model(paths[language])


def _whole(text: str, found: Iterable[Hit]) -> tuple[Hit, ...]:
    return resolve(text, (drawn_out(text, hit) for hit in resolve(text, found)))


def _tells_more(plain: Hit, disguised: Hit) -> bool:
    """Whether a find in the plain text covers one in a view, and is as sure."""
    covers = plain.start <= disguised.start and disguised.end <= plain.end
    return covers and plain.score >= disguised.score


def _moved(hit: Hit, view: View) -> Hit:
    start, end = view.original(hit.start, hit.end)
    return replace(hit, start=start, end=end)


def _hurry(late: float, end: float) -> None:
    # The clock on the wall is quick to read and runs ahead of the thread's own.
    if time.perf_counter() > late and time.thread_time() > end:
        raise CannotMeasure("takes longer than the seconds that a record may; shorten it")
