"""Reasoning is cut off in whatever shape it comes, and when in doubt there is no answer."""

import dataclasses
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.generate.reasoning import opening, split

THOUGHT = "The example speaks of a lighthouse keeper; I must not repeat that."
REPORT = "Mood is low in the mornings.\n\nSleep: < 5 hours, appetite > usual."
PAIRS = [
    ("<think>", "</think>"),
    ("<THINK>", "</Think>"),
    ("< think >", "</ think >"),
    ('<think lang="en">', "</think>"),
    ("<seed:think>", "</seed:think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<razonamiento>", "</razonamiento>"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
    ("<unused94>", "<unused95>"),
    ("<|channel>thought\n", "<channel|>"),
    (
        "<|channel|>analysis<|message|>",
        "<|end|><|start|>assistant<|channel|>final<|message|>",
    ),
    ("Here is my thought process:", "Here is my response:"),
]  # fmt: skip
# Letters and signs of which no tag can be put together, white space within.
words = st.text(st.sampled_from("abcdefghij áñß.,:;()!? \n\t0123456789%'\"-"), max_size=300)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_without_reasoning_the_answer_is_the_content() -> None:
    done = split(f"\n{REPORT} ", None, "stop")
    assert (done.text, done.characters, done.digest, done.closed) == (REPORT, 0, "", True)


def test_a_field_of_its_own() -> None:
    done = split(REPORT, f"{THOUGHT}\n", "stop")
    assert (done.text, done.characters, done.closed) == (REPORT, len(THOUGHT), True)
    assert done.digest == digest(THOUGHT)


@pytest.mark.parametrize(("begin", "end"), PAIRS)
def test_a_pair_of_tags(begin: str, end: str) -> None:
    done = split(f"{begin}\n{THOUGHT}\n{end}\n\n{REPORT}", None, "stop")
    assert (done.text, done.closed) == (REPORT, True)
    assert len(THOUGHT) <= done.characters < len(THOUGHT) + 40


def test_the_same_reasoning_has_the_same_digest_in_every_shape() -> None:
    shapes = [
        split(REPORT, THOUGHT, "stop"),
        split(f"<think>\n{THOUGHT}\n</think>\n{REPORT}", None, "stop"),
        split(f"{THOUGHT}\n</think>\n{REPORT}", None, "stop"),
    ]
    assert {(done.digest, done.characters) for done in shapes} == {(digest(THOUGHT), len(THOUGHT))}


@pytest.mark.parametrize(("begin", "end"), PAIRS)
def test_a_closing_tag_alone_ends_reasoning(begin: str, end: str) -> None:
    done = split(f"{THOUGHT}{end}{REPORT}", None, "stop")
    assert (done.text, done.closed) == (REPORT, True)


@pytest.mark.parametrize("finish", ["stop", "length"])
@pytest.mark.parametrize(("begin", "end"), PAIRS)
def test_without_a_closing_tag_there_is_no_answer(begin: str, end: str, finish: str) -> None:
    done = split(f"{begin}{THOUGHT} {REPORT}", None, finish)
    assert (done.text, done.closed) == ("", False)
    assert done.characters > len(THOUGHT)


@pytest.mark.parametrize(
    ("content", "field", "finish"),
    [("", "", "length"), (" \n", THOUGHT, "length"), ("", THOUGHT, "stop")],
)
def test_a_model_that_only_thought_has_not_answered(content: str, field: str, finish: str) -> None:
    done = split(content, field, finish)
    assert (done.text, done.closed, done.characters) == ("", False, len(field))


def test_an_empty_answer_is_closed() -> None:
    """It is counted as empty: the model did stop thinking, or never thought."""
    for content, field in (("", None), ("", ""), (f"<think>{THOUGHT}</think>", None)):
        done = split(content, field, "stop")
        assert (done.text, done.closed) == ("", True)


def test_what_was_cut_short_has_no_text() -> None:
    """It would not be used, and the closing tag may be what was cut off."""
    done = split(THOUGHT, None, "length")
    assert (done.text, done.closed) == ("", True)


def test_several_blocks_and_blocks_in_blocks() -> None:
    for content in (
        "<think>a</think>\n<think>b</think>\n",
        "<think>a<think>b</think>c</think>",
        "<think>a<thinking>b</thinking>c</think>",
        "<think>\n\n</think>\n\n",
    ):
        done = split(content + REPORT, None, "stop")
        assert (done.text, done.closed) == (REPORT, True)


def test_the_last_closing_tag_counts() -> None:
    """What stands between two closing tags is still reasoning, for all one can tell."""
    done = split(f"<think>a</think> {THOUGHT} </think>{REPORT}", None, "stop")
    assert (done.text, done.closed) == (REPORT, True)


@pytest.mark.parametrize(
    "content",
    [
        f"<think>{THOUGHT}</thinking>{REPORT}",  # closed as something else
        f"<think>I must close <think> first. </think>{REPORT}",  # opened twice, closed once
        f"{REPORT}<think>{THOUGHT}</think>{REPORT}",  # the answer had begun
        f"<think>a</think>{REPORT}<think>{THOUGHT}</think>more",
        f"<think>a</think>{REPORT}<think>{THOUGHT}",
        f"```\n<think>{THOUGHT}</think>\n```\n{REPORT}",
        f"<think/>{REPORT}",
        f"{REPORT} He wrote '<think>' on the wall.",
        f"<think>a</think>{REPORT} <th\u200bink> {THOUGHT}",  # an invisible character
        f"<think>a</think>{REPORT} ＜think＞ {THOUGHT}",
        f"<think>a</think>{REPORT} &lt;think&gt; {THOUGHT}",
        f'<think>a</think>{{"text": "\\u003cthink\\u003e {THOUGHT}"}}',
        f'{{"text": "<\\u0074hink\\n> {THOUGHT}"}}',
        f'{{"text": "{THOUGHT} <\\/think> rest"}}',
        f"<think>a</think>{REPORT} <think",  # a tag without its end
        f"<|channel|>commentary {THOUGHT}",
    ],
)
def test_when_in_doubt_there_is_no_answer(content: str) -> None:
    done = split(content, None, "stop")
    assert (done.text, done.closed) == ("", False)
    assert split(content, THOUGHT, "stop").closed is False


@pytest.mark.parametrize(
    ("begin", "end"),
    [("<answer>", "</answer>"), ("<|begin_of_solution|>", "<|end_of_solution|>")],
)
def test_tags_around_the_whole_answer_go_as_well(begin: str, end: str) -> None:
    done = split(f"<think>{THOUGHT}</think>\n{begin}\n{REPORT}\n{end}\n", None, "stop")
    assert done.text == REPORT
    assert split(f"{begin}{REPORT}{end}", None, "stop").text == f"{begin}{REPORT}{end}"


def test_words_that_look_like_tags_are_none() -> None:
    text = "BMI < 25; thinking: slowed; [thinks] <thinkable> 3 > 2; my reasoning is intact."
    assert split(text, None, "stop").text == text


def test_reasoning_is_in_no_attribute() -> None:
    for done in (
        split(REPORT, THOUGHT, "stop"),
        split(f"<think>{THOUGHT}</think>{REPORT}", None, "stop"),
        split(f"<think>{THOUGHT}", None, "length"),
    ):
        assert "lighthouse" not in str(dataclasses.asdict(done))
        assert REPORT not in repr(done)


def test_half_a_surrogate_pair_is_digested_too() -> None:
    assert len(split(f"<think>\ud800</think>{REPORT}", None, "stop").digest) == 64


@pytest.mark.parametrize(
    "piece",
    ["<think>", "</think>", "<think ", "<", "<a", "a:", "&lt;", "\\u003c", "[think]", "<answer>",
     "<think></think>", "<think>" + " " * 300, "</think><answer>", "<|channel|>", "here is my "],
)  # fmt: skip
def test_hostile_content_of_a_megabyte_ends(piece: str) -> None:
    """With a pattern that is not linear it would not, in any time that one waits for a test."""
    done = split(piece * (1_000_000 // len(piece)), None, "stop")
    assert "<think>" not in done.text


def test_a_prompt_can_end_with_the_opening_tag() -> None:
    """Then the answer begins in reasoning, and where it is not closed there is none."""
    assert opening("<|user|>hello<|assistant|><think>\n") == "<think>"
    assert opening("<|user|>hello<|assistant|>[THINK]") == "[THINK]"
    assert opening("<think>\n\n</think>\n\n") == ""
    assert opening("<think> hello") == ""
    assert opening("") == ""


@given(reasoning=words, answer=words, pair=st.sampled_from(PAIRS), extra=words)
def test_every_shape_gives_the_answer_and_nothing_of_the_reasoning(
    reasoning: str, answer: str, pair: tuple[str, str], extra: str
) -> None:
    begin, end = pair
    shapes = [
        split(answer, reasoning, "stop"),
        split(f"{begin}{reasoning}{end}{answer}", None, "stop"),
        split(f"{reasoning}{end}{answer}", None, "stop"),
        split(f"{begin}{extra}{end}\n{begin}{reasoning}{end}{answer}", None, "stop"),
        split(f"{begin}{extra}{end}{reasoning}{end}{answer}", None, "stop"),
    ]
    for done in shapes:
        assert done.text == (answer.strip() if done.closed else "")
        assert not leaked(reasoning, answer, done.text)
    assert all(done.closed for done in shapes[1:])
    unclosed = split(f"{begin}{reasoning}{answer}", None, "stop")
    assert (unclosed.text, unclosed.closed) == ("", False)


def leaked(reasoning: str, answer: str, text: str) -> list[str]:
    pieces = {reasoning[at : at + 12] for at in range(len(reasoning) - 11)}
    return [piece for piece in pieces if piece in text and piece not in answer]


tagged = st.lists(
    st.one_of(st.sampled_from([tag for pair in PAIRS for tag in pair]), words), max_size=12
).map("".join)


@given(content=tagged, field=st.none() | words, finish=st.sampled_from(["stop", "length"]))
def test_no_tag_is_ever_left_in_an_answer(content: str, field: str | None, finish: str) -> None:
    done = split(content, field, finish)
    assert not [tag for pair in PAIRS for tag in pair if tag.lower() in done.text.lower()]
    assert content.rstrip().endswith(done.text)
    assert done.closed or not done.text
    again = split(done.text, None, "stop")
    assert (again.text, again.characters, again.closed) == (done.text, 0, True)
