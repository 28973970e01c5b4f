"""What the patterns of traces find and leave, told by their own examples."""

import pytest

from auditor.detect.patterns.linear import refuse_backtracking
from auditor.detect.patterns.rules import unmarked
from auditor.errors import PolicyError
from auditor.indexes.traces import Trace, find, read, traces

TRACES = traces()
FINDS = [(trace, text) for trace in TRACES for text in trace.entry.finds]
LEAVES = [text for trace in TRACES for text in trace.entry.leaves]
OWN = """\
- id: stamp
  why: the stamp of a generator
  patterns: ["made ?by it's machine"]
  finds: ["«made by it's machine»"]
  leaves: ["made by hand"]
"""


def name_of(value: object) -> str:
    return value.entry.id if isinstance(value, Trace) else ""


@pytest.mark.parametrize(("trace", "example"), FINDS, ids=name_of)
def test_a_trace_finds_just_what_its_examples_mark(trace: Trace, example: str) -> None:
    text, places = unmarked(example)
    assert places, "an example marks its places with « and »"
    assert {(span.start, span.end) for span in find(text, (trace,))} == places
    assert {span.label for span in find(text, (trace,))} == {trace.entry.id}


@pytest.mark.parametrize("example", LEAVES)
def test_look_alikes_are_left_alone(example: str) -> None:
    assert [example[span.start : span.end] for span in find(example, TRACES)] == []


def test_ids_are_told_once() -> None:
    names = [trace.entry.id for trace in TRACES]
    assert len(names) == len(set(names))


def test_white_space_and_apostrophes_of_every_kind() -> None:
    (trace,) = read("own.yaml", OWN)
    for text in ("made by it's machine", "MADE\n\tby it’s  machine", "madeby it´s machine"):
        assert [(span.start, span.end) for span in find(text, (trace,))] == [(0, len(text))]


def test_of_places_that_overlap_the_first_and_longest_is_told() -> None:
    (short,) = read("own.yaml", OWN.replace("made ?by it's machine", "made"))
    (long,) = read("own.yaml", OWN.replace("made ?by it's machine", "made by"))
    assert [(s.start, s.end) for s in find("it made by, made", (short, long))] == [
        (3, 10),
        (12, 16),
    ]


@pytest.mark.parametrize(
    ("was", "instead", "told"),
    [
        ("id: stamp", "id: Stamp", "0.id"),
        ("why:", "reason:", "0.reason: Extra inputs"),
        ("made ?by", "(made", "stamp: does not compile"),
        ('["made by hand"]', "[]", "0.leaves"),
    ],
)
def test_a_file_that_is_not_well_formed(was: str, instead: str, told: str) -> None:
    with pytest.raises(PolicyError, match=told) as caught:
        read("own.yaml", OWN.replace(was, instead, 1))
    assert str(caught.value).startswith("own.yaml")


@pytest.mark.slow
@pytest.mark.parametrize("trace", TRACES, ids=name_of)
def test_time_grows_with_the_text_and_nothing_else(trace: Trace) -> None:
    assert trace.patterns
    for pattern in trace.patterns:
        refuse_backtracking(trace.entry.id, pattern)  # raises where it may take too long
