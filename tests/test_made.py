"""Where records come from, counted."""

from auditor.audit import Loop
from auditor.corpus import Corpus
from auditor.made import generation
from auditor.origin import UNKNOWN, Origin
from auditor.record import Record

LOOP = Loop(asked=3, missing={}, drafts=4, rounds=2, lost={"refused": 1})
WRITTEN = Origin(
    direction="label_to_data",
    prompt="report.en",
    prompt_digest="0123456789abcdef" * 4,
    model="m",
    revision="r1",
    backend="replay",
    finish_reason="stop",
    seed=5,
    attempt=1,
    prompt_tokens=100,
    completion_tokens=50,
    reasoning_characters=7,
)


def corpus(*origins: Origin) -> Corpus:
    numbered = enumerate(origins)
    return Corpus("c", tuple(Record(str(i), "Text.", origin=origin) for i, origin in numbered))


def test_nothing_is_told_where_nobody_says_anything() -> None:
    assert generation(corpus(UNKNOWN, UNKNOWN)) is None
    assert generation(corpus()) is None


def test_each_part_is_counted() -> None:
    told = generation(corpus(WRITTEN, WRITTEN, Origin("few_shot"), UNKNOWN))
    assert told is not None
    assert told.counts == {
        "direction": {"few_shot": 1, "label_to_data": 2, "unknown": 1},
        "model": {"m@r1": 2},
        "backend": {"replay": 2},
        "prompt": {"report.en 0123456789ab": 2},
        "attempt": {"1": 2},
        "finish reason": {"stop": 2},
    }
    assert (told.told, told.loop) == (2, None)
    assert (told.prompt_tokens, told.completion_tokens, told.reasoning_characters) == (200, 100, 14)


def test_a_direction_alone_is_told_and_says_nothing_more() -> None:
    told = generation(corpus(Origin("few_shot"), UNKNOWN))
    assert told is not None
    assert told.told == 0
    assert told.counts == {"direction": {"few_shot": 1, "unknown": 1}}


def test_an_origin_without_a_direction_says_something_too() -> None:
    told = generation(corpus(Origin(model="m"), UNKNOWN))
    assert told is not None
    assert (told.told, told.counts["model"]) == (1, {"m": 1})
    other = generation(corpus(Origin(backend="file", completion_tokens=9)))
    assert other is not None
    assert (other.told, other.completion_tokens) == (1, 9)


def test_a_loop_is_told_whatever_the_records_say() -> None:
    told = generation(corpus(UNKNOWN), LOOP)
    assert told is not None
    assert (told.loop, told.told, told.counts) == (LOOP, 0, {"direction": {"unknown": 1}})


def test_prompts_of_one_name_are_told_apart_by_their_digest() -> None:
    one, other = (Origin("few_shot", "p", digest * 64) for digest in "ab")
    told = generation(corpus(one, other, one))
    assert told is not None
    assert told.counts["prompt"] == {f"p {'a' * 12}": 2, f"p {'b' * 12}": 1}


def test_the_order_of_records_does_not_matter() -> None:
    origins = [WRITTEN, Origin("few_shot", attempt=2), UNKNOWN, Origin(model="a")]
    one, other = generation(corpus(*origins)), generation(corpus(*origins[::-1]))
    assert one is not None
    assert other is not None
    assert one.model_dump_json() == other.model_dump_json()


def test_attempts_are_counted_in_their_order() -> None:
    told = generation(corpus(*(Origin("few_shot", attempt=n) for n in (10, 9, 2, 1))))
    assert told is not None
    assert list(told.counts["attempt"]) == ["1", "2", "9", "10"]
