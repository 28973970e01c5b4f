"""Text leaves this machine only where a consent says so, by a day that is injected."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.generate.consent import Consent, check

EXAMPLE = Path(__file__).parents[2] / "examples" / "generation" / "consent.yaml"
DATASET = hashlib.sha256(b"made up").hexdigest()
ENDPOINT = "https://models.example.org/v1"
LAST = date(2027, 1, 31)
TEXT = f"""
dataset: {DATASET}
endpoint: {ENDPOINT}
approver: Data protection officer
purpose: Labels for a classifier
expires: 2027-01-31
"""

Write = Callable[[str], str]


@pytest.fixture
def written(tmp_path: Path) -> Write:
    def write(text: str) -> str:
        path = tmp_path / "consent.yaml"
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        return str(path)

    return write


def leave(path: str | None, today: date = LAST, model: str = "") -> Consent | None:
    return check(path, DATASET, ENDPOINT, remote=True, today=today, model=model)


def test_nothing_leaves_and_nothing_is_asked() -> None:
    assert check(None, DATASET, "http://127.0.0.1:8000", remote=False, today=LAST) is None
    assert check("no/such/file", DATASET, ENDPOINT, remote=False, today=LAST) is None


def test_what_the_audit_says_of_it(written: Write) -> None:
    told = leave(written(TEXT))
    assert told == Consent(
        digest=hashlib.sha256(TEXT.encode()).hexdigest(),
        approver="Data protection officer",
        purpose="Labels for a classifier",
        expires=LAST,
    )


def test_without_a_file_nothing_leaves() -> None:
    with pytest.raises(InputError, match="endpoint on it, or name a consent file"):
        leave(None)


def test_another_data_set(written: Write) -> None:
    path = written(TEXT)
    with pytest.raises(InputError, match=f"another data set; get one for dataset {'0' * 64}"):
        check(path, "0" * 64, ENDPOINT, remote=True, today=LAST)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://models.example.org", "https://models.example.org/v1/chat",
        "http://models.example.org/v1", "https://models.example.org:8443/v1",
        "https://MODELS.example.org/v1", "https://models.example.org.evil.test/v1",
        "https://u@models.example.org/v1", "https://models.example.org/v1//", "",
    ],
)  # fmt: skip
def test_another_endpoint(written: Write, endpoint: str) -> None:
    path = written(TEXT)
    with pytest.raises(InputError, match="another endpoint"):
        check(path, DATASET, endpoint, remote=True, today=LAST)


@pytest.mark.parametrize("asked", [ENDPOINT, ENDPOINT + "/"])
@pytest.mark.parametrize("signed", [ENDPOINT, ENDPOINT + "/"])
def test_a_slash_at_the_end_is_no_difference(written: Write, asked: str, signed: str) -> None:
    path = written(TEXT.replace(ENDPOINT, signed))
    assert check(path, DATASET, asked, remote=True, today=LAST)


def test_a_model_that_is_named_is_the_only_one(written: Write) -> None:
    assert leave(written(TEXT), model="any-model")
    path = written(TEXT + "model: clinic-writer-8b\n")
    assert leave(path, model="clinic-writer-8b")
    for other in ("clinic-writer-70b", ""):
        with pytest.raises(InputError, match="another model"):
            leave(path, model=other)


@given(st.integers(-800, 800))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_it_holds_to_its_last_day_and_no_longer(written: Write, days: int) -> None:
    path = written(TEXT)
    today = LAST + timedelta(days)
    if days <= 0:
        assert leave(path, today)
    else:
        with pytest.raises(InputError, match="expired on 2027-01-31; get a new consent"):
            leave(path, today)


@given(expires=st.dates(), today=st.dates(), quoted=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_last_day(written: Write, expires: date, today: date, quoted: bool) -> None:
    day = f"'{expires}'" if quoted else str(expires)
    path = written(TEXT.replace("2027-01-31", day))
    try:
        assert leave(path, today) is not None
        assert today <= expires
    except InputError:
        assert today > expires


@pytest.mark.parametrize(
    "day",
    [
        "2027-02-30", "'2027-02-30'", "2027-1-31", "20270131", "'20270131'", "2027-W04-7",
        "31/01/2027", "2027-01-31T10:00:00", "2027-01-31 10:00:00Z", "never", "''", "~", "true",
        "[2027-01-31]", "'2027-01-31 '", "'２０２７-01-31'", "9999999999",
    ],
)  # fmt: skip
def test_a_day_that_is_none_is_refused(written: Write, day: str) -> None:
    with pytest.raises(InputError, match="consent"):
        leave(written(TEXT.replace("2027-01-31", day)), date(2020, 1, 1))


@pytest.mark.parametrize(
    "text",
    [
        "", "consent", "[]", "a: [", TEXT + "extra: 1\n", TEXT + "expires: 2030-01-01\n",
        TEXT.replace("purpose", "porpoise"), TEXT.replace(DATASET, DATASET[:-1]),
        TEXT.replace(DATASET, DATASET.upper()), TEXT.replace(DATASET, "'*'"),
        TEXT.replace(ENDPOINT, "''"), TEXT.replace(ENDPOINT, "[https://models.example.org/v1]"),
        TEXT.replace("Data protection officer", "''"), TEXT.replace("Data protection officer", "7"),
        TEXT.replace("Data protection officer", "x" * 121),
        TEXT.replace("Data protection officer", '"a\\nb"'),
        TEXT.replace("Data protection officer", '"\\e[31mred"'),
        TEXT.replace("Labels for a classifier", "~"),
        TEXT + "model: ''\n", TEXT + '"two\\nlines": 1\n', TEXT + "\0", TEXT + "\udcff",
        "a: &x 1\nb: *x\n", *(TEXT.replace(f"\n{key}:", f"\n# {key}:") for key in (
            "dataset", "endpoint", "approver", "purpose", "expires",
        )),
    ],
)  # fmt: skip
def test_a_malformed_file_is_refused_in_one_line(written: Write, text: str) -> None:
    with pytest.raises(InputError) as refused:
        leave(written(text))
    assert "\n" not in str(refused.value)
    assert "consent.yaml" in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(InputError, match="check the path of the consent file"):
            leave(str(path))


def test_the_shipped_example_is_one() -> None:
    with pytest.raises(InputError, match="another data set"):
        leave(str(EXAMPLE))
    dataset = EXAMPLE.read_text("utf-8").partition("\ndataset: ")[2].split()[0]
    told = check(str(EXAMPLE), dataset, ENDPOINT, True, LAST, model="clinic-writer-8b")
    assert told is not None
    assert told.expires == LAST
