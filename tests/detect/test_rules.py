"""Recognizers as data: what may stand in a file, and what is refused with its place."""

from pathlib import Path

import pytest

from auditor.detect.patterns.rules import load, matches, rules_for
from auditor.errors import PolicyError

OWN = """\
- name: ward_number
  category: H
  label: ID
  kind: direct
  patterns:
    - {regex: 'WD/\\d{5}', score: 0.9}
  examples:
    match: ['Admitted as «WD/48210».']
    no_match: ['WD/4 was closed.']
"""
FILE = "recognizers:\n" + "".join(f"  {line}\n" for line in OWN.splitlines())


def test_a_hospital_adds_its_own_number_by_yaml_alone() -> None:
    (rule,) = [r for r in rules_for("safe_harbor", OWN) if r.name == "ward_number"]
    assert [m[:2] for m in matches(rule, "Moved to WD/48210.")] == [(9, 17)]
    assert rule.languages == ("en", "es")


def test_own_recognizers_may_use_the_fragments() -> None:
    own = OWN.replace("WD/\\d{5}", "WD{{dash}}{{year}}").replace("WD/48210", "WD–2021")
    assert any(r.name == "ward_number" for r in rules_for("safe_harbor", own))


def test_a_profile_decides_which_rules_apply() -> None:
    modest, strict = ({r.name for r in rules_for(p)} for p in ("safe_harbor", "gdpr_strict"))
    assert modest < strict
    assert {"year", "age_stated", "en_weekday", "es_profesion_etiquetada"} <= strict - modest


def test_an_unknown_profile_names_the_near_one() -> None:
    with pytest.raises(PolicyError, match=r"no profile 'safe_harbour'.*did you mean 'safe_harbor'"):
        rules_for("safe_harbour")


@pytest.mark.parametrize(
    ("was", "instead", "told"),
    [
        ("kind: direct", "kind: direct\n    colour: red", "recognizers.0.colour: Extra inputs"),
        ("kind: direct", "kind: both", "recognizers.0.kind"),
        ("label: ID", "label: NUMBER", "recognizers.0.label"),
        ("category: H", "category: Z", "recognizers.0.category"),
        ("score: 0.9", "score: 1.9", "patterns.0.score"),
        ("score: 0.9", "score: .nan", "patterns.0.score"),
        ("score: 0.9", "score: 0.9, flag: 1", "patterns.0.flag: Extra inputs"),
        ("score: 0.9", "score: 0.9, must_validate: true", "must_validate without a validator"),
        ("kind", "validator: lun\n    kind", "no validator 'lun' .did you mean 'luhn'"),
        ("kind", "validator: _digits\n    kind", "no validator '_digits'"),
        ("kind", "validator: date\n    kind", "no validator 'date'"),
        ("WD/", "(WD/", "ward_number: pattern does not compile"),
        ("WD/", "{{wd}}/", "ward_number: no fragment 'wd'"),
        ("match: ['Admitted as «WD/48210».']", "match: []", "examples.match"),
        ("label: ID", "label: ID\n    label: ID", "stands twice"),
        ("label: ID", "label: &x ID\n    why: *x", "aliases and anchors"),
        ("label: ID", "label: [ID", "not YAML"),
    ],
)
def test_a_file_that_is_not_well_formed(was: str, instead: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "xx.yaml"
    path.write_text(FILE.replace(was, instead, 1), encoding="utf-8")
    with pytest.raises(PolicyError, match=told) as caught:
        load(path, ("en",), {})
    assert str(caught.value).startswith("xx.yaml")


@pytest.mark.parametrize(
    ("was", "instead", "told"),
    [
        ("ward_number", "email", "two recognizers named 'email'"),
        ("WD/48210", "WD48210", "ward_number: does not find its own examples"),
        ("WD/4 was", "WD/48211 was", "ward_number: finds what it names under no_match"),
        (
            "WD/\\d{5}",
            "(W+D*)+/\\d{5}",
            "ward_number: may take too long.*give one of them a bound",
        ),
        ("WD/\\d{5}", "\\d+WD", "ward_number: takes too long.*bound its quantifiers"),
        ("score: 0.9", "score: 0.9, context: ['(a|aa)+b']", "ward_number: takes too long"),
        ("- name", "- nome", "identifiers: recognizers: recognizers.0.name: Field required"),
    ],
)
def test_an_own_recognizer_that_does_not_work(was: str, instead: str, told: str) -> None:
    with pytest.raises(PolicyError, match=told):
        rules_for("safe_harbor", OWN.replace(was, instead, 1))


def test_fragments_that_go_round_in_a_circle(tmp_path: Path) -> None:
    path = tmp_path / "xx.yaml"
    path.write_text("fragments: {a: '{{b}}', b: '{{a}}'}\n" + FILE.replace("WD/", "{{a}}"))
    with pytest.raises(PolicyError, match="in a circle"):
        load(path, ("en",), {})


def test_context_is_looked_for_nearby_and_before(tmp_path: Path) -> None:
    path = tmp_path / "xx.yaml"
    path.write_text(
        FILE.replace("score: 0.9", "score: 0.9, context: [ward], not_context: [old], window: 12")
    )
    rule = load(path, ("en",), {})[1][0]

    def found(text: str) -> bool:
        return any(matches(rule, text))

    assert found("Ward: WD/48210")
    assert not found("WD/48210 ward")
    assert not found("old ward WD/48210")
    assert not found("ward, as they told her, WD/48210")
    assert not found("forward WD/48210")


def test_context_may_be_looked_for_behind_too(tmp_path: Path) -> None:
    path = tmp_path / "xx.yaml"
    path.write_text(
        FILE.replace(
            "score: 0.9",
            "score: 0.9, context: [ward], not_context: [old], window: 12, behind: true",
        )
    )
    rule = load(path, ("en",), {})[1][0]

    def found(text: str) -> bool:
        return any(matches(rule, text))

    assert found("WD/48210 is a ward")
    assert found("the ward WD/48210")
    assert not found("ward WD/48210, the old one")
    assert not found("WD/48210 was that, and a ward")
