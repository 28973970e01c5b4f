"""The gate as a judge of drafts: it tells kinds and nothing of the source; a shortfall is told."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditor import closed_loop
from auditor.audit import Audit, BreachTold, Loop, RecordVerdict, loads
from auditor.closed_loop import Gate
from auditor.corpus import corpora
from auditor.errors import PolicyError
from auditor.formats import html, text
from auditor.formats import json as json_format
from auditor.generate.asking import Asker
from auditor.generate.caps import Caps, Spent
from auditor.generate.completion import Completion
from auditor.generate.directions.label_to_data import Draft
from auditor.generate.loop import Filling, Judgement, Outcome, fill
from auditor.generate.reasons import sentences
from auditor.generate.request import Identity, Request
from auditor.generate.slots import Slot, per_label
from auditor.generate.store import Store
from auditor.generate.wanted import Wanted, planned
from auditor.origin import Origin
from auditor.policy import Policy, load
from auditor.record import Reading, read

Row = dict[str, Any]
Invent = Callable[..., list[Row]]
SLOTS = per_label([("F32.1",), ("G47.0",)], ["en"], 10)
START = 18  # of those before, one is too close to the source by chance
ORIGIN = Origin("label_to_data", model="m", prompt="report.en", attempt=1)
CODE = re.compile(r"[a-z_]+(\.[a-z_0-9]+|\.[A-Z_]+)?")


@pytest.fixture
def gate(corpus_files: Path) -> Gate:
    """The small policy against the made-up source and holdout."""
    source, holdout = (read(str(corpus_files / f"{name}.jsonl")) for name in ("source", "holdout"))
    against = corpora(Reading("drafts", (), ""), source, holdout)
    return Gate(against, load(corpus_files / "small.yaml"), lambda _: None)


def drafts(invent: Invent, **copied: str) -> list[Draft]:
    """Clean drafts for every slot; ``copied``: number of the slot, after n, -> another text."""
    texts = [row["text"] for row in invent("synthetic")[START:]]
    for number, told in copied.items():
        texts[int(number[1:])] = told
    return [Draft(slot, 1, told, ORIGIN) for slot, told in zip(SLOTS, texts, strict=False)]


def test_clean_drafts_are_accepted(gate: Gate, invent: Invent) -> None:
    assert gate(drafts(invent)) == Judgement({}, "")


def test_a_copy_is_rejected_and_told_by_kinds_alone(gate: Gate, invent: Invent) -> None:
    source = invent("source")
    judgement = gate(drafts(invent, n3=source[7]["text"].upper(), n15=source[8]["text"]))
    assert set(judgement.rejected) == {SLOTS[3].id, SLOTS[15].id}
    assert set(judgement.rejected[SLOTS[3].id]) == {
        "copied_passage.longest_run", "copied_passage.coverage", "near_duplicate.jaccard",
    }  # fmt: skip
    assert judgement.blocked == ""


def test_what_is_told_holds_no_text_count_place_or_id_of_the_source(
    gate: Gate, invent: Invent
) -> None:
    source = invent("source")
    copies = {f"n{n}": source[n * 3]["text"] for n in range(10)}
    judgement = gate(drafts(invent, **copies))
    assert len(judgement.rejected) == 10
    assert gate.against.source is not None
    names = {gate.against.source.fingerprint(n) for n in range(len(source))}
    for codes in judgement.rejected.values():
        assert codes
        for code in codes:
            assert CODE.fullmatch(code)
            assert not any(character.isdigit() for character in code)
            assert not any(name in code for name in names)
            assert not any(row["id"] in code or row["group"] in code for row in source)


def test_copies_of_one_text_and_of_another_are_told_alike(gate: Gate, invent: Invent) -> None:
    """What is told must not depend on which record was hit."""
    source = invent("source")
    told = {gate(drafts(invent, n3=source[n]["text"])).rejected[SLOTS[3].id] for n in (7, 8, 60)}
    assert len(told) == 1


def test_the_same_drafts_are_judged_alike_again(gate: Gate, invent: Invent) -> None:
    same = drafts(invent, n3=invent("source")[7]["text"])
    assert gate(same) == gate(same)


def test_set_checks_reject_no_draft(gate: Gate, invent: Invent) -> None:
    """Half of the drafts are one text, so the set is poor; only the records are judged."""
    steps: list[str] = []
    judging = replace(gate, step=steps.append)
    judging(drafts(invent))
    assert {step.partition(":")[0] for step in steps} == {
        "copied_passage",
        "near_duplicate",
        "short_text",
    }


def test_a_policy_without_record_checks_could_never_reject(
    gate: Gate, policy: Callable[..., Policy], invent: Invent
) -> None:
    own = policy(
        "  yield:\n    limits:\n      acceptance_rate: {at_least: 0.5, why: of use at all}\n"
    )
    with pytest.raises(PolicyError, match="has no record check"):
        replace(gate, policy=own)(drafts(invent))


CHANCE = """\
  copied_passage:
    limits:
      longest_run: {at_most: {chance: joint, ceiling: 50}, why: no run that unseen texts lack}
"""


def test_a_check_that_cannot_measure_anything_blocks_the_loop(
    gate: Gate, policy: Callable[..., Policy], invent: Invent
) -> None:
    """To ask again would change nothing: there is no holdout to read the limit off."""
    alone = replace(gate.against, holdout=None)
    judgement = Gate(alone, policy(CHANCE), lambda _: None)(drafts(invent))
    assert len(judgement.rejected) == len(SLOTS)
    assert judgement.blocked.startswith("copied_passage: limits not worked out: ")
    assert "\n" not in judgement.blocked


def test_identifiers_are_told_by_kind(
    gate: Gate, policy: Callable[..., Policy], invent: Invent
) -> None:
    own = policy(
        "  identifiers:\n    limits:\n      direct: {at_most: 0, why: nobody is to be named}\n"
        "      quasi: {at_most: 0, why: nothing that narrows down who}\n"
    )
    told = "Seen on 12 March 1987, e-mail canary.zebra@example.org."
    rejected = replace(gate, policy=own)(drafts(invent, n3=told)).rejected
    codes = rejected[SLOTS[3].id]
    assert {"identifiers.direct", "identifiers.quasi", "identifiers.DATE"} <= set(codes)
    assert all(CODE.fullmatch(code) for code in codes)
    assert not re.search("canary|zebra|1987|march", " ".join(codes).casefold())


# The loop as a whole


class Writer:
    """Copies the source in its first attempt at every third slot, and writes anew after that."""

    remote = lasting = False

    def __init__(self, invent: Invent) -> None:
        self.identity = Identity("test", "here", "m")
        self.own, self.source = invent("synthetic"), invent("source")
        self.asked: list[Request] = []

    async def ready(self) -> None:
        """Always is."""

    async def complete(self, request: Request) -> Completion:
        self.asked.append(request)
        number = request.turn + 30 * (request.labels == ("G47.0",))
        copies = request.turn < 10 and request.turn % 3 == 0
        return Completion(
            json.dumps({"text": (self.source if copies else self.own)[number]["text"]})
        )

    async def close(self) -> None:
        """Nothing to let go of."""


@pytest.fixture
def store() -> Iterator[Store]:
    with Store(None) as opened:
        yield opened


def test_a_writer_that_copies_is_told_and_the_set_is_accepted_in_the_end(
    gate: Gate, invent: Invent, store: Store
) -> None:
    slots, plan = planned(
        Wanted(labels=(("F32.1",), ("G47.0",)), per_label=10, taxonomy="icd10cm"), None
    )
    writer = Writer(invent)
    asker = Asker(writer, store, Spent(Caps()))
    outcome = asyncio.run(fill(slots, gate, plan, asker, 4, lambda *_: None))
    assert (outcome.rounds, outcome.missing, outcome.stopped) == (2, [], "")
    assert (len(writer.asked), outcome.lost["copied_passage.longest_run"]) == (28, 8)
    prompts = " ".join(m.content for request in writer.asked for m in request.messages)
    words = set(re.findall(r"\w+(?:algia|osis)\b", " ".join(r["text"] for r in writer.source)))
    assert len(words) > 50
    assert not words & set(prompts.split())
    wanted = [slot.labels for slot in slots]
    audit, judged = gate.whole(
        outcome.drafts, wanted, closed_loop.told(outcome, "this machine", 0, "")
    )
    assert all(record.accepted for record in audit.records)
    assert judged.wanted == tuple(wanted)
    assert audit.generation is not None
    assert audit.generation.loop is not None
    assert (audit.generation.loop.asked, audit.generation.loop.drafts) == (20, 28)
    assert audit.generation.counts["attempt"] == {"1": 12, "2": 8}
    assert {row.label: row.asked for row in audit.labels} == {"F32.1": 10, "G47.0": 10}
    assert not [reason for reason in audit.verdict.reasons if "quota" in reason]


# What the audit tells


def outcome(filled: int, *lost: tuple[str, ...], stopped: str = "") -> Outcome:
    fillings = [Filling(slot) for slot in SLOTS]
    for filling in fillings[:filled]:
        filling.draft = Draft(filling.slot, 1, "Text.", ORIGIN)
    fillings[-1].lost = list(lost)
    return Outcome(fillings, rounds=2, stopped=stopped)


def test_the_loop_as_the_audit_tells_it() -> None:
    told = closed_loop.told(
        outcome(13, ("linkage.z", "linkage.margin"), ("empty",), ("linkage.margin",)),
        "https://models.example.org/v1, outside this machine",
        2,
        "A. Person",
    )
    assert told == Loop(
        asked=20,
        missing={"G47.0": 7},
        drafts=16,
        unusable=1,
        rejected=2,
        rounds=2,
        place="https://models.example.org/v1, outside this machine",
        lost={"linkage.margin": 2, "empty": 1, "linkage.z": 1},
        examples=2,
        consent="A. Person",
    )
    assert list(told.lost) == ["linkage.margin", "empty", "linkage.z"]


def test_kinds_of_identifiers_are_no_causes_of_their_own() -> None:
    """They are told to the generator; the limit that was broken counts."""
    lost = outcome(20, ("identifiers.direct", "identifiers.NAME"))
    told = closed_loop.told(lost, "this machine", 0, "")
    assert told.lost == {"identifiers.direct": 1}


def test_labels_that_stand_together_are_missing_together() -> None:
    fillings = [Filling(Slot(("F20", "F32.1"), "en", n, 2)) for n in range(2)]
    fillings += outcome(1).fillings
    assert closed_loop.told(Outcome(fillings), "", 0, "").missing == {
        "F20+F32.1": 2, "F32.1": 9, "G47.0": 10,
    }  # fmt: skip


def test_nothing_left_is_told_in_an_audit_of_nothing(gate: Gate) -> None:
    lost = outcome(0, ("empty",), ("empty",), ("linkage.z",), stopped="--max-requests is reached")
    told = closed_loop.told(lost, "this machine", 0, "")
    assert (told.drafts, told.unusable, told.rejected) == (3, 2, 1)
    audit, judged = gate.whole([], [slot.labels for slot in SLOTS], told)
    assert (audit.records, judged.synthetic.records) == ([], ())
    assert audit.verdict.exit_code == 3
    quota = "quota: 20 of 20 records not delivered: --max-requests is reached"
    assert quota in audit.verdict.reasons
    assert "0 left" in plain(html.render(audit))


def whole(gate: Gate, invent: Invent, **told: Any) -> Audit:
    loop = Loop(asked=20, missing={}, drafts=20, rounds=1, lost={}).model_copy(update=told)
    audit, _ = gate.whole(drafts(invent), [slot.labels for slot in SLOTS], loop)
    return audit


def test_a_quota_that_was_not_delivered_keeps_the_gate_closed(gate: Gate, invent: Invent) -> None:
    audit = whole(gate, invent, asked=22, missing={"F32.1": 2}, stopped="--max-requests is reached")
    assert audit.verdict.exit_code == 3
    assert audit.verdict.state == "not measured"
    assert (
        "quota: 2 of 22 records not delivered: --max-requests is reached" in audit.verdict.reasons
    )


def test_what_the_gate_rejects_in_the_end_is_not_delivered_either(
    gate: Gate, invent: Invent
) -> None:
    loop = Loop(asked=20, missing={}, drafts=20, rounds=1, lost={})
    copied = drafts(invent, n3=invent("source")[7]["text"])
    audit, _ = gate.whole(copied, [slot.labels for slot in SLOTS], loop)
    assert audit.verdict.exit_code == 3
    assert "quota: 1 of 20 records not delivered" in audit.verdict.reasons


def test_an_audit_without_a_loop_says_nothing_of_a_quota(gate: Gate, invent: Invent) -> None:
    audit = whole(gate, invent)
    assert not [reason for reason in audit.verdict.reasons if "quota" in reason]
    assert loads("audit.json", json_format.render(audit)) == audit
    without = audit.model_copy(update={"generation": None})
    assert 'id="generation"' not in html.render(without)
    assert "asked for" not in text.render(without)


def test_the_text_tells_the_loop(gate: Gate, invent: Invent) -> None:
    lost = {"copied_passage.longest_run": 1200, "empty": 3}
    audit = whole(gate, invent, asked=22, missing={"F32.1": 2}, drafts=1223, rounds=2, lost=lost)
    told = text.render(audit).splitlines()
    at = told.index("22 records asked for: 1,223 attempts, 2 rounds of the gate")
    assert told[at + 1 : at + 3] == [
        "   1,200  copied_passage.longest_run", "       3  empty",
    ]  # fmt: skip
    assert told[at + 3].startswith("  not delivered: F32.1 2; the same command goes on")


def test_the_text_of_one_of_each(gate: Gate, invent: Invent) -> None:
    told = text.render(whole(gate, invent, asked=1, drafts=1, rounds=1))
    assert "\n1 record asked for: 1 attempt, 1 round of the gate\n" in told


def test_the_text_names_a_few_of_many_labels_that_are_missing(gate: Gate, invent: Invent) -> None:
    missing = {f"F{number}": 1 for number in range(10, 99)}
    told = text.render(whole(gate, invent, asked=109, missing=missing))
    (line,) = [
        line for line in told.splitlines() if "not delivered:" in line and "quota" not in line
    ]
    assert line.startswith("  not delivered: F10 1, F11 1,")
    assert len(line) < 120
    assert "F14 1 and of 84 more labels" in line


def plain(page: str) -> str:
    section = page[page.index('<section aria-labelledby="generation">') :]
    section = section[: section.index("</section>")]
    return " ".join(re.sub("<[^>]+>", " ", section).split())


def test_the_page_tells_the_loop(gate: Gate, invent: Invent) -> None:
    audit = whole(
        gate, invent, asked=22, missing={"F32.1": 1, "<b>": 1}, drafts=1223, rounds=2,
        lost={"copied_passage.longest_run": 1200, "empty": 3}, stopped="--max-requests is reached",
        examples=2, consent="<i>A. Person</i>, until 2030-01-01",
    )  # fmt: skip
    page = html.render(audit)
    told = plain(page)
    assert "22 records asked for in 1,223 attempts:" in told
    assert "judged in 2 rounds" in told
    assert "the generator was told which kinds of limits" in told
    assert re.search(r"Not delivered: F32\.1 1 ?, &lt;b&gt; 1", told)
    assert "Stopped early: --max-requests is reached" in told
    assert "showed 2 real records as an example, under consent: &lt;i&gt;A. Person" in told
    assert "copied_passage.longest_run 1,200" in told
    assert "<b>1</b>" not in page.replace("<b>1,223</b>", "")
    assert "<i>A. Person" not in page
    assert 'href="#generation"' in page


def test_the_page_of_one_of_each(gate: Gate, invent: Invent) -> None:
    told = plain(html.render(whole(gate, invent, asked=1, drafts=1, rounds=1, examples=1)))
    assert "1 record asked for in 1 attempt:" in told
    assert "told which kinds" not in told
    assert "showed 1 real record as an example; it did not leave the machine" in told


def test_the_page_without_a_loop_tells_what_records_say(gate: Gate, invent: Invent) -> None:
    audit = whole(gate, invent)
    assert audit.generation is not None
    alone = audit.generation.model_copy(update={"loop": None})
    told = plain(html.render(audit.model_copy(update={"generation": alone})))
    assert "asked for" not in told
    assert "Direction written for codes or labels: 20" in told
    assert "Model m: 20" in told
    assert "20 of 20 records say of themselves" in told


# What the next prompt is told


def rejected(*breaches: BreachTold) -> tuple[str, ...]:
    verdict = RecordVerdict(id="r", accepted=False, measured=True, breaches=list(breaches))
    return sentences(closed_loop._codes(verdict), "en")


def breach(check: str, metric: str, detail: str = "") -> BreachTold:
    return BreachTold(check=check, metric=metric, value=1, limit="at most 0", detail=detail)


@pytest.mark.parametrize("kind", ["NAME", "PHONE", "EMAIL", "ID", "DATE", "LOCATION"])
def test_a_real_identifier_is_told_as_an_invented_one(kind: str) -> None:
    """Or the model would learn which of the numbers that it makes up are somebody's."""
    invented = rejected(breach("identifiers", "direct", kind))
    real = rejected(breach("identifiers", "direct", kind), breach("identity_replay", "exact"))
    assert invented == real
    assert len(real) == 1


def test_a_replay_that_no_pattern_finds_is_told_as_a_name() -> None:
    name = rejected(breach("identifiers", "direct", "NAME"))
    assert rejected(breach("identity_replay", "fuzzy")) == name
