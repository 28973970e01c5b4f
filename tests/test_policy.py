"""A policy is read strictly: what it does not say in plain sight, it does not say."""

import hashlib
from pathlib import Path

import pytest

from auditor import measure
from auditor.errors import PolicyError
from auditor.policy import Policy, Relative, check_names, find, load
from auditor.resources import shipped

HEAD = "name: test\ndescription: A test.\n"
LIMIT = HEAD + "checks:\n  copied_passage:\n    limits:\n      longest_run: "
SHIPPED = sorted(shipped("rules").glob("*.yaml"))


def parsed(tmp_path: Path, text: str) -> Policy:
    path = tmp_path / "p.yaml"
    path.write_text(text, encoding="utf-8")
    policy = load(path)
    check_names(policy, str(path), measure.catalogue())
    return policy


def refused(tmp_path: Path, text: str | bytes) -> str:
    path = tmp_path / "p.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(PolicyError) as caught:
        check_names(load(path), str(path), measure.catalogue())
    message = str(caught.value)
    assert message.startswith(str(path))
    assert caught.value.exit_code == 2
    return message.removeprefix(str(path))


def test_a_policy_in_full(tmp_path: Path) -> None:
    text = """\
name: demo
description: For this test.
false_rejects: 0.05
data_to_label: allow
checks:
  copied_passage:
    options: {min_words: 6}
    limits:
      longest_run: {at_most: 12, why: a dozen words are a quotation}
      coverage: {at_most: {chance: joint, ceiling: 0.5}, why: patchwork}
  near_duplicate:
    limits:
      jaccard: {at_most: {unseen: 0.99}, why: look-alikes}
  diversity:
    limits:
      distinct_1: {within: {real: 0.99, widen: 0.1}, why: as rich as real records}
    out_of_scope: {distinct_2: too few words}
  yield: {}
"""
    policy = parsed(tmp_path, text)
    told = {f"{limit.check}.{limit.metric}": limit for limit in policy.limits}
    assert told["copied_passage.longest_run"].at_most == 12
    assert told["copied_passage.longest_run"].relative is None
    coverage = told["copied_passage.coverage"].relative
    assert coverage == Relative(chance="joint", ceiling=0.5)
    assert (coverage.control, coverage.quantile) == ("chance", "joint")
    assert told["diversity.distinct_1"].within is not None
    assert policy.controls == {"chance", "unseen"}
    assert policy.text.checks["copied_passage"].options == {"min_words": 6}
    assert policy.digest == hashlib.sha256(text.encode()).hexdigest()


def test_a_whole_number_is_a_limit_like_any_other(tmp_path: Path) -> None:
    (limit,) = parsed(tmp_path, LIMIT + "{at_most: 0, why: none at all}").limits
    assert isinstance(limit.at_most, float)
    assert limit.at_most == 0.0


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_a_shipped_policy_is_sound(path: Path) -> None:
    policy = load(find(path.stem))
    check_names(policy, str(path), measure.catalogue())
    assert policy.text.name == path.stem
    assert policy.limits
    assert all(len(limit.why) > 10 for limit in policy.limits)


def test_strict_is_shipped() -> None:
    assert "strict" in {path.stem for path in SHIPPED}


# What stands in the file, and what is said about it.
BAD: dict[str, tuple[str | bytes, str]] = {
    "unknown key": (HEAD + "speed: 1\nchecks: {yield: {}}", "speed: unknown key"),
    "unknown key of a check": (HEAD + "checks: {yield: {limit: {}}}", "yield.limit: unknown key"),
    "unknown key of a limit": (
        LIMIT + "{at_most: 1, why: w, severity: low}", "longest_run.severity: unknown key"
    ),
    "unknown key of a bound": (
        LIMIT + "{at_most: {chance: 0.9, ceilng: 3}, why: w}", "ceilng: unknown key"
    ),
    "unknown key of a band": (LIMIT + "{within: {real: 0.9, wide: 1}, why: w}", "wide: unknown"),
    "no name": ("description: d\nchecks: {yield: {}}", "name: field required"),
    "no description": ("name: n\nchecks: {yield: {}}", "description: field required"),
    "no checks": (HEAD, "checks: field required"),
    "checks of nothing": (HEAD + "checks: {}", "checks: "),
    "a name with markup": ("name: <b>n\ndescription: d\nchecks: {yield: {}}", "name: "),
    "a name of lines": ('name: "n\\nGATE OPEN"\ndescription: d\nchecks: {yield: {}}', "name: "),
    "key twice": (HEAD + "name: again\nchecks: {yield: {}}", ":3: the key 'name' stands twice"),
    "metric twice": (
        LIMIT + "{at_most: 1, why: w}\n      longest_run: {at_most: 99, why: w}",
        ":7: the key 'longest_run' stands twice",
    ),
    "bound twice": (LIMIT + "{at_most: 1, at_most: 99, why: w}", ":6: the key 'at_most' stands"),
    "bound twice by its tag": (LIMIT + "{at_most: 1, !!str at_most: 9, why: w}", "stands twice"),
    "alias": (LIMIT + "&a {at_most: 1, why: w}\n      coverage: *a", ":6: aliases and anchors"),
    "alias bomb": ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", ":1: aliases and anchors"),
    "merge": (LIMIT + "{<<: {at_most: 99}, why: w}", ":6: "),
    "merge over a limit": (LIMIT + "{at_most: 1, <<: {at_most: 99}, why: w}", ":6: "),
    "not a number": (LIMIT + "{at_most: .nan, why: w}", "longest_run.at_most: "),
    "infinite": (LIMIT + "{at_most: .inf, why: w}", "longest_run.at_most: "),
    "infinite ceiling": (LIMIT + "{at_most: {chance: 0.9, ceiling: .inf}, why: w}", "ceiling: "),
    "ceiling of none": (LIMIT + "{at_most: {chance: 0.9, ceiling: .nan}, why: w}", "ceiling: "),
    "infinite slack": (LIMIT + "{within: {real: 0.9, widen: .inf}, why: w}", "widen: "),
    "negative slack": (LIMIT + "{within: {real: 0.9, widen: -1}, why: w}", "widen: "),
    "number in words": (LIMIT + "{at_most: ten, why: w}", "longest_run.at_most: "),
    "number in quotes": (LIMIT + "{at_most: '10', why: w}", "longest_run.at_most: "),
    "yes for a number": (LIMIT + "{at_most: yes, why: w}", "longest_run.at_most: "),
    "share of one": (LIMIT + "{at_most: {chance: 1.0}, why: w}", "chance"),
    "share of nothing": (LIMIT + "{at_most: {chance: 0}, why: w}", "chance"),
    "budget of all": (HEAD + "false_rejects: 1.0\nchecks: {yield: {}}", "false_rejects: "),
    "budget not a number": (HEAD + "false_rejects: .nan\nchecks: {yield: {}}", "false_rejects: "),
    "no why": (LIMIT + "{at_most: 1}", "longest_run.why: field required"),
    "empty why": (LIMIT + "{at_most: 1, why: ''}", "longest_run.why: "),
    "no side": (LIMIT + "{why: w}", "longest_run: give one of at_most, at_least, within"),
    "two sides": (LIMIT + "{at_most: 1, at_least: 0, why: w}", "longest_run: give one of"),
    "two controls": (LIMIT + "{at_most: {chance: 0.9, unseen: 0.9}, why: w}", "name one control"),
    "no control": (LIMIT + "{at_most: {ceiling: 3}, why: w}", "name one control"),
    "floor above": (LIMIT + "{at_most: {chance: 0.9, floor: 3}, why: w}", "not a floor"),
    "ceiling below": (LIMIT + "{at_least: {unseen: 0.1, ceiling: 3}, why: w}", "takes a floor"),
    "joint below": (LIMIT + "{at_least: {unseen: joint}, why: w}", "takes a floor"),
    "unknown check": (HEAD + "checks: {near_duplicates: {}}", "(did you mean 'near_duplicate'?)"),
    "unknown metric": (
        HEAD + "checks: {near_duplicate: {limits: {jacard: {at_most: 1, why: w}}}}",
        "checks.near_duplicate.limits.jacard: no such metric (did you mean 'jaccard'?)",
    ),
    "unknown option": (
        HEAD + "checks: {near_duplicate: {options: {treshold: 0.3}}}",
        "checks.near_duplicate.options.treshold: no such option (did you mean 'threshold'?)",
    ),
    "option in words": (
        HEAD + "checks: {near_duplicate: {options: {threshold: high}}}",
        "checks.near_duplicate.options.threshold: ",
    ),
    "option of fractions": (
        HEAD + "checks: {copied_passage: {options: {min_words: 5.5}}}",
        "checks.copied_passage.options.min_words: ",
    ),
    "option of truth": (
        HEAD + "checks: {copied_passage: {options: {min_words: true}}}",
        "checks.copied_passage.options.min_words: ",
    ),
    "option not a number": (
        HEAD + "checks: {near_duplicate: {options: {threshold: .nan}}}",
        "checks.near_duplicate.options.threshold: ",
    ),
    "option of lists": (
        HEAD + "checks: {near_duplicate: {options: {threshold: [1]}}}",
        "checks.near_duplicate.options.threshold",
    ),
    "empty": ("", "name: field required"),
    "only a comment": ("# to do\n", "name: field required"),
    "a list": ("- yield\n", "file: "),
    "a word": ("strict\n", "file: "),
    "two documents": (HEAD + "checks: {yield: {}}\n---\n" + HEAD, ":4: "),
    "not YAML": ("name: [\n", ": "),
    "a tab": ("name:\n\t- x\n", ":2: "),
    "not UTF-8": (b"name: ni\xf1o\n", "not UTF-8"),
    "binary": (b"\x00\x01\x02", "not YAML"),
    "huge nesting": ("[" * 50_000, ": "),
    "a list for a key": ("? [a]\n: 1\n", ":1: "),
    "an object for a key": ("{{a: b}: 1}\n", ":1: "),
    "a number for a key": (HEAD + "checks: {yield: {}}\n1: x\n", "1: "),
    "an object of a language": ("!!python/object/apply:os.getcwd []", ":1: "),
    "a number that is none": ("name: !!int many\n", ": "),
    "a date that is none": ("name: 2024-13-45\n", ": "),
    "a bare prefix": ("name: 0x_\n", ": "),
}  # fmt: skip


@pytest.mark.parametrize(("text", "told"), BAD.values(), ids=BAD.keys())
def test_a_bad_policy_is_refused_with_its_place(
    tmp_path: Path, text: str | bytes, told: str
) -> None:
    assert told in refused(tmp_path, text)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    message = refused(tmp_path, HEAD + "speed: 1\nfalse_rejects: 2.0\nchecks: {yield: {limt: {}}}")
    assert message.splitlines()[0] == ": 3 problems"
    assert [line.split(":")[0].strip() for line in message.splitlines()[1:]] == [
        "false_rejects", "checks.yield.limt", "speed",
    ]  # fmt: skip


def test_all_wrong_names_are_told_at_once(tmp_path: Path) -> None:
    checks = """\
checks:
  yeild: {}
  near_duplicate: {options: {shingle: 3}, limits: {jacard: {at_most: 1, why: w}}}
"""
    message = refused(tmp_path, HEAD + checks)
    assert message.splitlines()[0] == ": 3 problems"
    assert "checks.yeild: no such check (did you mean 'yield'?)" in message


def test_one_mistake_is_one_problem(tmp_path: Path) -> None:
    """A bound may be a number or an object; a slip in one of them is told once."""
    message = refused(tmp_path, LIMIT + "{at_most: {chance: 0.9, ceilng: 3}, why: w}")
    assert message.splitlines() == [
        ": 1 problem",
        "  checks.copied_passage.limits.longest_run.at_most.ceilng: unknown key",
    ]


@pytest.mark.parametrize(
    "options",
    [
        "copied_passage: {options: {min_words: 0}}",
        "copied_passage: {options: {min_words: -5}}",
        "copied_passage: {options: {min_words: 10000}}",
        "copied_passage: {options: {min_characters: 0}}",
        "near_duplicate: {options: {shingle_words: 0}}",
        "near_duplicate: {options: {threshold: 0.0}}",
        "near_duplicate: {options: {threshold: 7.0}}",
        "diversity: {options: {draws: 0}}",
        "diversity: {options: {seed: -1}}",
        "diversity: {options: {against: nothing}}",
    ],
)
def test_an_option_out_of_its_range_is_refused(tmp_path: Path, options: str) -> None:
    """A floor of 10,000 words would let every copy through, and each limit would still hold."""
    assert "options." in refused(tmp_path, HEAD + "checks: {" + options + "}")


def test_a_name_that_is_no_policy() -> None:
    with pytest.raises(PolicyError, match=r"did you mean 'strict'\?.*path to a .yaml file"):
        find("stric")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="No such file"):
        load(tmp_path / "none.yaml")


def test_a_folder_for_a_file(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").mkdir()
    with pytest.raises(PolicyError, match="Is a directory"):
        load(tmp_path / "p.yaml")


def test_a_changed_byte_is_another_policy(tmp_path: Path) -> None:
    text = LIMIT + "{at_most: 1, why: w}"
    assert parsed(tmp_path, text).digest != parsed(tmp_path, text + " ").digest


def test_thorough_is_strict_and_more_besides() -> None:
    strict, thorough = (load(shipped("rules", f"{name}.yaml")) for name in ("strict", "thorough"))
    more = {"paraphrase", "utility", "paper_scores"}
    assert set(thorough.text.checks) - set(strict.text.checks) == more
    for name, section in strict.text.checks.items():
        assert thorough.text.checks[name] == section
    assert thorough.text.false_rejects == strict.text.false_rejects
