"""How the outputs show what is left of each label."""

import json
from pathlib import Path

from auditor.audit import Audit, LabelYield
from auditor.formats import html, markdown, text

SHIPPED = Path(__file__).parents[2] / "examples" / "audit" / "audit.json"


def audit(*labels: LabelYield) -> Audit:
    made = Audit.model_validate(json.loads(SHIPPED.read_text(encoding="utf-8")))
    return made.model_copy(update={"labels": list(labels)})


def row(label: str, generated: int = 20, accepted: int = 20, small: bool = False) -> LabelYield:
    lost = {"linkage": generated - accepted} if accepted < generated else {}
    return LabelYield(
        label=label, generated=generated, accepted=accepted, lost=lost,
        share_generated=0.5, share_accepted=0.4, small=small,
    )  # fmt: skip


def section(page: str) -> str:
    return page.partition('aria-labelledby="labels">')[2].partition("</section>")[0]


def test_a_set_without_labels_has_no_such_part() -> None:
    assert not section(html.render(audit()))
    assert 'href="#labels"' not in html.render(audit())
    assert "labels" not in text.render(audit()).lower()
    assert "**Labels" not in markdown.render(audit())


def test_the_labels_that_lost_most_are_in_sight_and_the_others_behind_a_click() -> None:
    many = [row(f"F{i}", accepted=8) for i in range(10, 25)]
    shown, _, hidden = section(html.render(audit(*many))).partition("<details>")
    assert shown.count("<bdi>") == 10
    assert hidden.count("<bdi>") == 5
    assert "<b>15 of 15</b> labels lost records" in shown
    assert "linkage 12" in shown


def test_a_large_table_is_cut_and_says_so() -> None:
    many = [row(f"F{i}") for i in range(300)]
    page = section(html.render(audit(*many)))
    assert page.count("<bdi>") == html.MOST_ROWS
    assert "audit.json holds all" in page
    assert "None of 300 labels lost a record" in page


def test_small_cells_are_marked_and_have_no_rate() -> None:
    found = audit(row("F32", 4, 1, small=True), row("G47", 4, 0, small=True), row("F20", 9, 0))
    page = section(html.render(found))
    assert page.count('<span class="tag">few</span>') == 2
    assert "25%" not in page
    assert page.count('<span class="tag closes">lost</span>') == 1
    assert "F32 (few)" in text.render(found)
    assert "| F32 (few) | 4 | 1 | linkage 3 |" in markdown.render(found)


def test_many_checks_are_told_in_short() -> None:
    lost = {f"check{i}": 9 - i for i in range(6)}
    page = section(html.render(audit(row("F32").model_copy(update={"lost": lost}))))
    assert "check2 7" in page
    assert "check3" not in page
    assert "and 3 more" in page


def test_text_and_markdown_name_those_that_lost_most() -> None:
    many = [row(f"F{i}", accepted=7) for i in range(10, 25)] + [row("G47")]
    told = text.render(audit(*many))
    assert "records left of 15 of 16 labels, the 5 that lost most:" in told
    assert "G47" not in told
    assert markdown.render(audit(*many)).count("| 20 | 7 | linkage 13 |") == 10
