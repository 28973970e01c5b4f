"""The HTML audit: verdict and totals, honest gaps, nothing executable, nothing from elsewhere."""

import base64
import hashlib
import re
import shutil
import subprocess
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.audit import Audit
from auditor.charts.histogram import histogram
from auditor.formats import html
from auditor.resources import shipped

State = Literal["open", "closed", "not measured"]
WORDS = {
    "open": "Gate open",
    "closed": "Gate closed",
    "not measured": "Gate closed: not everything was measured",
}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{7*7}}\u202e\u2028\x1b[31m"


class Page(HTMLParser):
    """The page's elements in order, its text, and what was said inside each kind of element."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.pieces: list[tuple[tuple[str, ...], str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.pieces.append((tuple(self.open), data))

    def text(self, inside: str = "body") -> str:
        """The words within all elements of one kind."""
        said = "".join(data for path, data in self.pieces if inside in path)
        return " ".join(said.split())

    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        """Every element and the names of its attributes."""
        return [(tag, tuple(attrs)) for tag, attrs in self.tags]


def limit(text: str, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    return {
        "text": text, "low": low, "high": high, "how": "fixed", "why": "so it is", "resolved": True,
    }  # fmt: skip


def breach(value: float | None = 12.0, metric: str = "longest_run") -> dict[str, Any]:
    return {
        "check": "copied_passage", "metric": metric, "value": value, "limit": "at most 8",
        "reference": "89a8ad292c50bf80",
    }  # fmt: skip


def made(
    state: State = "closed", rejected: int = 2, unmeasured: int = 1, accepted: int = 5
) -> Audit:
    """An audit with something of everything."""
    records = [
        *({"id": f"ok-{i}", "accepted": True, "measured": True} for i in range(accepted)),
        *(
            {"id": f"bad-{i}", "accepted": False, "measured": True, "breaches": [breach()],
             "advisories": [breach(0.1, "agreement")]}
            for i in range(rejected)
        ),
        *(
            {"id": f"gap-{i}", "accepted": False, "measured": False, "breaches": [breach(None)]}
            for i in range(unmeasured)
        ),
    ]  # fmt: skip
    values = [*([3.0] * accepted), *([12.0] * rejected), *([None] * unmeasured)]
    joint = limit("at most 8", high=8.0)
    return Audit.model_validate({
        "verdict": {
            "state": state, "exit_code": {"open": 0, "closed": 1, "not measured": 3}[state],
            "reasons": [] if state == "open" else ["yield.rate is 0.5, limit at least 0.9"],
        },
        "policy": {"name": "strict", "description": "nothing leaves", "digest": "ab" * 32,
                   "false_rejects": 0.02},
        "inputs": [
            {"role": role, "name": f"{role}.jsonl", "digest": digest * 32, "records": 8,
             "words": 1234, "languages": {"en": 5, "es": 3}}
            for role, digest in (("synthetic", "cd"), ("source", "ef"), ("holdout", "01"))
        ],
        "checks": [
            {
                "name": "copied_passage", "scope": "record", "summary": "Copied passages.",
                "options": {"min_words": 5}, "expected": len(records),
                "executed": len(records) - unmeasured,
                "metrics": {
                    "longest_run": {"meaning": "longest shared run", "unit": "words",
                                    "values": values, "limit": joint,
                                    "controls": {"chance": [0.0, 2.0, 9.0], "unseen": [4.0]}},
                    "agreement": {"meaning": "fit", "unit": "", "values": values,
                                  "limit": limit("at least 0.2", low=0.2),
                                  "advisory": "its own AUC on the source is low"},
                },
                "not_measured": [
                    {"what": "longest_run", "reason": "timed out", "records": unmeasured or 1},
                    {"what": "NAME", "reason": "no model", "out_of_scope": "names are left out"},
                ],
            },
            {
                "name": "yield", "scope": "set", "summary": "Yield.", "options": {},
                "expected": 0, "executed": 0,
                "metrics": {
                    "distinct_2": {"meaning": "distinct pairs", "unit": "", "value": 0.5,
                                   "controls": {"real": [0.4, 0.5, 0.6]},
                                   "limit": limit("between 0.3 and 0.7", 0.3, 0.7)},
                    "rate": {"meaning": "accepted / asked", "unit": "",
                             "parts": [{"part": "F32", "value": 0.2}, {"part": "F2", "value": 1}],
                             "limit": limit("at least 0.5", low=0.5)},
                },
            },
        ],
        "joint": [{"control": "chance", "metrics": ["copied_passage.longest_run"],
                   "false_rejects": 0.02, "ratio": 1.7, "records": 1430, "rank": 0.9937,
                   "beyond": 15}],
        "labels": [
            {"label": "F32", "generated": 7, "accepted": 5, "lost": {"linkage": 2, "yield": 1},
             "share_generated": 0.7, "share_accepted": 0.625, "small": False},
            {"label": "G47", "generated": 3, "accepted": 3, "lost": {}, "share_generated": 0.3,
             "share_accepted": 0.375, "small": True},
        ],
        "records": records,
        "unread": ["the field meta of 3 records, passed on unread"],
        "versions": {"auditor": "0.1.0"},
    })  # fmt: skip


def with_text(audit: Audit, text: str) -> Audit:
    """The same audit with ``text`` at the end of every string that is free, keys included."""
    closed = {"role", "scope", "set_of", "state", "schema_version"}

    def replaced(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            free = key in ("languages", "options", "metrics", "versions", "controls")
            return {
                f"{k}{text}" if free and k != "real" else k: replaced(v, k)
                for k, v in value.items()
            }
        if isinstance(value, list):
            return [replaced(v, key) for v in value]
        return f"{value}{text}" if isinstance(value, str) and key not in closed else value

    return Audit.model_validate(replaced(audit.model_dump()))


@pytest.mark.parametrize("state", WORDS)
def test_the_verdict_is_in_words_on_top_and_on_the_sheet_to_sign(state: State) -> None:
    rendered = html.render(made(state))
    assert Page(rendered).text("h1") == WORDS[state]
    assert f"<title>{WORDS[state]} · audit of synthetic.jsonl</title>" in rendered
    assert f">{WORDS[state]}</p>" in rendered.split("<section ")[-1]


def test_the_totals_are_the_audits() -> None:
    page = Page(html.render(made(rejected=1200, unmeasured=3, accepted=40)))
    assert page.text("dl").startswith("Accepted40 Rejected1,200 Not measured3 Records in all1,243")


def test_a_verdict_says_what_it_does_not_establish() -> None:
    said = Page(html.render(made("open"))).text()
    assert "no expert determination under 45 CFR 164.514(b)(1)" in said
    assert "nothing of what a recipient already knows" in said


def test_reasons_policy_and_inputs_are_told() -> None:
    said = Page(html.render(made())).text()
    for words in ("yield.rate is 0.5, limit at least 0.9", "ab" * 32, "cd" * 32,
                  "source.jsonl", "en 5, es 3", "auditor 0.1.0", "1,234"):  # fmt: skip
        assert words in said


def test_everything_that_was_not_checked_is_listed_right_after_the_verdict() -> None:
    sections = html.render(made("not measured")).split("<section ")
    assert 'id="summary"' in sections[1]
    assert 'id="unchecked"' in sections[2]
    said = Page(f"<section {sections[2]}").text("table")
    for words in (
        "Keeps the gate closed copied_passage: longest_run 1 record timed out",
        "Left out by the policy copied_passage: NAME the whole run no model; names are left out",
        "Measured, did not decide copied_passage: agreement its limit its own AUC",
        "Passed unchecked the field meta of 3 records, passed on unread",
    ):
        assert words in said


def test_a_check_that_fell_short_without_a_reason_is_not_checked_either() -> None:
    audit = made()
    check = audit.checks[0].model_copy(update={"not_measured": [], "executed": 6})
    said = Page(html.render(audit.model_copy(update={"checks": [check]}))).text("table")
    assert "everything 2 records the check gave no value and no reason" in said


def test_records_that_a_check_does_not_apply_to_pass_it_unchecked() -> None:
    audit = made(rejected=0, unmeasured=0)
    check = audit.checks[0].model_copy(update={"expected": 2, "executed": 2})
    said = Page(html.render(audit.model_copy(update={"checks": [check]}))).text("table")
    assert "copied_passage: everything 3 records the check does not apply to them" in said


def test_with_nothing_left_out_the_page_says_so_and_with_no_check_it_does_not() -> None:
    audit = made("open").model_copy(update={"unread": []})
    complete = audit.model_copy(update={"checks": audit.checks[1:]})
    assert "Every check measured every record" in Page(html.render(complete)).text()
    assert "No check was run." in Page(html.render(audit.model_copy(update={"checks": []}))).text()


def test_joint_limits_are_explained_with_their_numbers() -> None:
    said = Page(html.render(made())).text("section")
    for words in ("at most 2%", "1.7 times as many words", "a share of 1.2%", "rank 0.9937",
                  "15 of 1,430 records (1%)"):  # fmt: skip
        assert words in said


def test_every_record_not_accepted_is_listed_in_the_order_of_the_input() -> None:
    page = Page(html.render(made(rejected=2)))
    assert re.findall(r"(?:ok|bad|gap)-\d", page.text("tbody")) == ["bad-0", "bad-1", "gap-0"]
    assert "copied_passage.longest_run12at most 889a8ad292c50bf80" in page.text("tbody")
    assert "copied_passage.agreement advisory0.1" in page.text("tbody")
    assert "gap-0 not measured" in page.text("tbody")


def test_after_200_records_the_page_says_how_many_more_there_are() -> None:
    page = Page(html.render(made(rejected=250, unmeasured=0)))
    assert len(re.findall(r"bad-\d", page.text("tbody"))) == 200
    assert "50 more were not accepted; decisions.jsonl" in page.text()


def test_an_empty_audit_and_one_of_one_record_can_be_rendered() -> None:
    for accepted in (0, 1):
        audit = made(rejected=0, unmeasured=0, accepted=accepted)
        audit = audit.model_copy(update={"checks": [], "inputs": [], "joint": [], "versions": {}})
        assert Page(html.render(audit)).text("h1") == "Gate closed"


def test_the_limit_line_is_drawn_where_the_geometry_puts_it() -> None:
    values = [3.0] * 5 + [12.0] * 2
    chart = histogram(values, [[0.0, 2.0, 9.0], [4.0]], None, 8.0)
    assert chart is not None
    assert f'class="limit" d="M{chart.limits[0]} ' in html.render(made())


def test_every_drawing_is_decoration_or_says_the_same_in_words() -> None:
    page = html.render(made())
    for tag in re.findall(r"<svg[^>]*>", page):
        assert 'aria-hidden="true"' in tag or 'role="img"' in tag
    assert "7 values, 0% of them 0, median 3, 99 of 100 at most 12, largest 12, 2 beyond" in page
    assert "3 draws of real records lie between 0.4 and 0.6. The accepted set has 0.5." in page


def test_every_table_has_a_caption_and_every_heading_a_scope() -> None:
    page = html.render(made())
    assert page.count("<table") == page.count("<caption")
    headings = re.findall(r"<th\b[^>]*>", page)
    assert all("scope=" in tag or "aria-hidden" in tag for tag in headings)


def test_no_text_of_the_audit_can_become_markup() -> None:
    plain, hostile = (
        Page(html.render(with_text(made(), t))) for t in ("x" * len(HOSTILE), HOSTILE)
    )
    assert hostile.shape() == plain.shape()
    assert not {"script", "img"} & {tag for tag, _ in hostile.tags}
    assert "<script>alert(1)</script>" in hostile.text("tbody")
    assert "{{7*7}}" in hostile.text("tbody")


def test_characters_that_steer_are_shown_by_their_number() -> None:
    page = html.render(with_text(made(), HOSTILE))
    assert "bad-0&lt;script&gt;" in page
    assert "[U+202E][U+2028][U+001B][31m" in page
    assert not {c for c in page if unicodedata.category(c)[0] == "C"} - {"\n"}


@settings(max_examples=20)
@given(st.text(min_size=1))
def test_no_string_changes_the_elements_of_the_page(text: str) -> None:
    audit = made(rejected=1, accepted=1)
    assert (
        Page(html.render(with_text(audit, text))).shape()
        == Page(html.render(with_text(audit, "x" * len(text)))).shape()
    )


def test_the_page_brings_everything_and_may_load_nothing() -> None:
    page = html.render(made())
    style = page[page.index("<style>") + 7 : page.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in page
    assert "unsafe" not in page
    for forbidden in ("<script", "style=", "http:", "https:", "@import", "<link", " src", "//"):
        assert forbidden not in page
    assert set(re.findall(r"url\(.", page)) == {"url(#"}
    identifiers = re.findall(r'\bid="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))
    assert set(re.findall(r'href="([^"]*)"', page)) <= {f"#{name}" for name in identifiers}


def with_metrics(**metrics: dict[str, Any]) -> str:
    """The page of an audit whose last check has these metrics."""
    told = made().model_dump()
    told["checks"][-1]["metrics"] = {
        name: {"meaning": "made up", "unit": "", **metric} for name, metric in metrics.items()
    }
    return html.render(Audit.model_validate(told))


def test_the_ends_of_an_interval_stand_in_the_row_of_their_value() -> None:
    page = with_metrics(auc={"value": 0.8}, auc_low={"value": 0.75}, auc_high={"value": 0.85})
    assert '0.8<span class="how">0.75 to 0.85</span>' in page
    assert "auc_low" not in page


@pytest.mark.parametrize("ends", [{}, {"limit": limit("at least 0.7", low=0.7)}, {"value": None}])
def test_an_end_with_a_limit_or_without_its_other_end_keeps_its_row(ends: dict[str, Any]) -> None:
    page = with_metrics(
        auc={"value": 0.8},
        auc_low={"value": 0.75, **ends},
        **{"auc_high": {"value": 0.85}} if ends else {},
    )
    assert "<code>auc_low</code>" in page


def test_the_same_audit_gives_the_same_bytes() -> None:
    audit = made()
    html.environment.cache_clear()
    first = html.render(audit)
    html.environment.cache_clear()
    assert html.render(Audit.model_validate_json(audit.model_dump_json())) == first


def test_a_large_audit_stays_small() -> None:
    audit = made(rejected=1000, accepted=500)
    broken = [breach(metric=f"metric_with_a_long_name_{i}") for i in range(6)]
    many = [
        record.model_validate(
            {"id": record.id, "accepted": False, "measured": True, "breaches": broken}
        )
        for record in audit.records
    ]
    page = html.render(audit.model_copy(update={"records": many}))
    assert len(page.encode()) <= 300_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("ink", "paper", 4.5), ("ink", "panel", 4.5), ("ink", "tag", 4.5), ("code", "paper", 4.5),
        ("muted", "paper", 4.5), ("muted", "panel", 4.5), ("link", "paper", 4.5),
        ("on-dark", "open", 4.5), ("on-dark", "closed", 4.5), ("on-unsure", "unsure", 4.5),
        ("fill", "paper", 3), ("beyond", "paper", 3), ("other", "paper", 3),
        ("accepted", "paper", 3),
    ],
)  # fmt: skip
def test_colours_have_the_contrast_of_wcag_aa(
    scheme: str, front: str, back: str, least: float
) -> None:
    rules = shipped("templates", "audit", "style.css").read_text(encoding="utf-8")
    light, dark = rules.split("@media screen and (prefers-color-scheme: dark)")[:2]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light if scheme == "light" else dark))
    bright, dim = sorted((luminance(colours[front]), luminance(colours[back])), reverse=True)
    assert (bright + 0.05) / (dim + 0.05) >= least


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def chromium(tmp_path: Path, *arguments: str) -> str:
    """What a real browser prints, with nothing of its own on the network."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next((path for name in names if (path := shutil.which(name))), None)
    if program is None:
        pytest.fail("no Chromium found; install it, for example with: apt-get install chromium")
    quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             f"--user-data-dir={tmp_path / 'profile'}")  # fmt: skip
    done = subprocess.run(
        [program, *quiet, *arguments], capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout


@pytest.mark.slow
def test_a_browser_shows_the_verdict_and_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "audit.html"
    path.write_text(html.render(with_text(made(), HOSTILE)), encoding="utf-8")
    page = Page(chromium(tmp_path, "--dump-dom", path.as_uri()))
    assert page.text("h1") == WORDS["closed"]
    assert not {"script", "img"} & {tag for tag, _ in page.tags}


@pytest.mark.slow
def test_a_browser_applies_the_style_and_prints_the_page(tmp_path: Path) -> None:
    page = html.render(made("open"))
    styled, bare = tmp_path / "styled.html", tmp_path / "bare.html"
    styled.write_text(page, encoding="utf-8")
    bare.write_text(re.sub(r"'sha256-[^']*'", "'none'", page), encoding="utf-8")
    sizes = []
    for path in (styled, bare):
        pdf = path.with_suffix(".pdf")
        chromium(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", path.as_uri())
        assert pdf.read_bytes().startswith(b"%PDF")
        sizes.append(len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes())))
    assert sizes[0] >= 2  # the sign-off has a sheet of its own
    assert styled.with_suffix(".pdf").read_bytes() != bare.with_suffix(".pdf").read_bytes()
