"""Identities of real people that stand in a synthetic record again.

An identifier in a synthetic text may be invented; this check tells which belong to a real person.
Counted are the places where an identity is found:

exact    as it stands in the source or the roster, character by character
folded   the same value written otherwise: other case, accents, spaces, hyphens or brackets, hidden
         or look-alike characters, a telephone number with or without its country code, an e-mail
         address spelled out (`a at b dot c`), a day in any numeric or written form
fuzzy    a name in another order ("Ruiz Gil, Ana"), with initials ("A. Ruiz Gil"), without one of
         three or more words, or with one typing error in a word of four letters or more; a number
         of six characters or more with one error. An error is a character put in, left out or
         replaced, or two neighbours that changed places

A place counts once, at the first of the three that fits. Each says where its identity comes from
and how well it is proven:

roster-proved       the roster (`--roster`), or spans that come with the source under `meta.phi`
format-proved       our detector saw a field label, a right check digit or a self-evident format
identifier-shaped   our detector saw a pattern, or its model a name; it may be wrong

An identity that two or more groups (patients) of the source have in their texts, or that stands in
the holdout, is shared (a hospital's telephone, a doctor) and does not count; one of the roster is
shared when two of its groups have it or the holdout does. The same holds for every variant of it:
initials that fit two people point at neither. Without `group`, each source record is a patient of
its own, and what two records of one patient share goes uncounted: give it.

Names count with two words or more, numbers from five characters, addresses with street and house
number. Dates count when they are birth dates, or full dates in the roster or in `meta.phi`; a
common day may fit a stranger by chance.

What it cannot see: identities that are neither in the roster nor marked nor detected in the
source; names of one word; names with an error in lower case, or with two errors; numbers and dates
written in words; a date without a year; nicknames; what `identifiers` sees inside base64 and other
encodings.
In a large population a short number may be one error away from somebody's by chance.

Method: known-value search over folded forms; edit distance by rapidfuzz (optimal string alignment).
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Finding, Metric, Reference, Span, Unmeasured
from auditor.indexes import identities, identity_index, identity_search
from auditor.indexes.identities import Gathered, Identity
from auditor.indexes.identity_forms import fold
from auditor.indexes.identity_index import Index, Key
from auditor.indexes.identity_search import Match
from auditor.roster import Roster

SCOPE: Literal["record"] = "record"
METRICS = {
    "exact": Metric("identities of real people, as they stand in the source or roster", "places"),
    "folded": Metric("identities of real people, written in another way", "places"),
    "fuzzy": Metric("identities of real people, with one error or in part", "places"),
}
SCORES = {"exact": 1.0, "folded": 0.95, "fuzzy": 0.85}
VARIANTS = ("variant", "part")  # kinds of forms that are not the whole identity as it is
ORIGINS = (identities.ROSTER, identities.MARKED, identities.DETECTED)


@dataclass(frozen=True, eq=False)
class Known:
    """Identities, ready to be looked for, and the forms of them that single nobody out.

    ``shared``            forms that stand in the holdout or in two groups of the roster
    ``shared_in_source``  forms that stand in two groups of the source
    """

    index: Index
    shared: frozenset[Key] = field(repr=False)
    shared_in_source: frozenset[Key] = field(repr=False)
    gaps: tuple[str, ...] = ()

    def singles_out(self, key: Key, number: int) -> bool:
        """Whether a form, and the whole identity that it stands for, belongs to one person."""
        identity = self.index.identities[number]
        keys = {key, *self.index.forms[number]} if key[0] in VARIANTS else {key}
        if keys & self.shared:
            return False
        return identity.origin == identities.ROSTER or not keys & self.shared_in_source


class Place(NamedTuple):
    """A place in a synthetic text, the identity that stands there and how."""

    start: int
    end: int
    metric: str
    identity: Identity


def measure(
    corpora: Corpora, *, profile: str = "safe_harbor", detect: bool = True
) -> Iterator[Finding | Unmeasured]:
    """The three metrics of every record.

    ``detect``: run our detector, with ``profile``, over the source; without it, only the roster and
    ``meta.phi`` are used. Raises CannotMeasure when there are no identities to look for or the
    detector cannot run, InputError when ``meta.phi`` is malformed, PolicyError for a bad profile.
    """
    anchor = corpora.source or corpora.synthetic
    known = anchor.memo(_known, corpora.source, corpora.holdout, corpora.roster, profile, detect)
    yield from (Unmeasured("identities", gap) for gap in known.gaps)
    for i, record in enumerate(corpora.synthetic.records):
        own = corpora.synthetic.groups[i] if corpora.synthetic is corpora.source else None
        places = _settled(_places(known, record.text, own))
        for metric in METRICS:
            yield _finding(metric, record.id, [p for p in places if p.metric == metric])


def _known(
    anchor: Corpus,
    source: Corpus | None,
    holdout: Corpus | None,
    roster: Roster | None,
    profile: str,
    detect: bool,
) -> Known:
    if source is None and roster is None:
        raise CannotMeasure("no identities to look for; give --roster or --source")
    gathered = list(_gathered(source, profile, detect)) if source else []
    found = [identity for part in gathered for identity in part.identities]
    found += identities.of_roster(roster, anchor.key) if roster else ()
    if not (found or detect):
        raise CannotMeasure("no identities to look for; give --roster, meta.phi or detect: true")
    index = identity_index.build(found)
    gaps = tuple(gap for part in gathered for gap in part.gaps)
    return Known(index, *_shared(index, source, holdout), gaps)


def _gathered(source: Corpus, profile: str, detect: bool) -> Iterator[Gathered]:
    yield source.memo(identities.marked)
    if detect:
        yield source.memo(identities.detected, profile)


def _shared(
    index: Index, source: Corpus | None, holdout: Corpus | None
) -> tuple[frozenset[Key], frozenset[Key]]:
    listed: dict[Key, set[int]] = defaultdict(set)
    groups: dict[Key, set[int]] = defaultdict(set)
    for key, holders in index.holders.items():
        for identity in (index.identities[number] for number in holders):
            side = listed if identity.origin == identities.ROSTER else groups
            side[key].add(identity.group)
    for i, record in enumerate(source.records if source else ()):
        for key in _forms_in(index, record.text):
            groups[key].add(source.groups[i] if source else 0)
    unseen = {
        key
        for record in (holdout.records if holdout else ())
        for key in _forms_in(index, record.text)
    }
    twice = {key for key, owners in listed.items() if len(owners) > 1}
    return frozenset(unseen | twice), frozenset(
        k for k, owners in groups.items() if len(owners) > 1
    )


def _forms_in(index: Index, text: str) -> Iterator[Key]:
    return (match.key for match in identity_search.search(index, fold(text), errors=False))


def _places(known: Known, text: str, own: int | None) -> Iterator[Place]:
    folded = fold(text)
    for match in identity_search.search(known.index, folded):
        start, end = folded.original(match.begin, match.end)
        holders = [
            known.index.identities[number]
            for number in known.index.holders[match.key]
            if known.singles_out(match.key, number)
        ]
        others = [identity for identity in holders if own is None or identity.group != own]
        if others:
            best = min(others, key=lambda i: (text[start:end] not in i.value, _rank(i)))
            yield Place(start, end, _metric(match, text[start:end] in best.value), best)


def _metric(match: Match, literal: bool) -> str:
    if match.is_edited or match.key[0] in VARIANTS:
        return "fuzzy"
    return "exact" if literal else "folded"


def _rank(identity: Identity) -> int:
    return ORIGINS.index(identity.origin)


def _settled(places: Iterator[Place]) -> list[Place]:
    """Places that do not overlap: the plainest first, then the longest, then the best proven."""
    kept: list[Place] = []
    metrics = list(METRICS)
    for place in sorted(
        places,
        key=lambda p: (metrics.index(p.metric), p.start - p.end, _rank(p.identity), p.start),
    ):
        at = bisect_left(kept, place.start, key=lambda other: other.start)
        after = kept[at].start if at < len(kept) else place.end
        if after >= place.end and (at == 0 or kept[at - 1].end <= place.start):
            kept.insert(at, place)
    return kept


def _finding(metric: str, record: str, places: list[Place]) -> Finding:
    spans = tuple(
        Span(
            p.start,
            p.end,
            p.identity.label,
            SCORES[metric],
            f"{p.identity.origin}:{p.identity.tier}",
        )
        for p in places
    )
    if not places:
        return Finding(metric, 0.0, record)
    best = min((place.identity for place in places), key=_rank)
    reference = Reference(best.reference, best.span)
    return Finding(metric, float(len(places)), record, spans, reference)
