import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.detect.patterns import validators as v

PUBLIC = [
    function
    for name, function in vars(v).items()
    if not name.startswith("_") and getattr(function, "__module__", "") == v.__name__
]


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        (v.luhn, "79927398713", "79927398710"),
        (v.card, "4111 1111 1111 1111", "4111 1111 1111 1112"),
        (v.card, "378282246310005", "178282246310005"),
        (v.npi, "1234567893", "1234567890"),
        (v.nhs, "943 476 5919", "943 476 5918"),
        (v.ssn, "219-45-6789", "666-45-6789"),
        (v.ssn, "219-45-6789", "219-00-6789"),
        (v.ssn, "899-45-6789", "900-45-6789"),
        (v.dni, "12345678Z", "12345678A"),
        (v.dni, "12.345.678-z", "12345678"),
        (v.dni, "X1234567L", "Y1234567L"),
        (v.nass, "28/12345678/40", "28/12345678/41"),
        (v.nass, "28/01234567/42", "28/01234567/43"),
        (v.iban, "GB29 NWBK 6016 1331 9268 19", "GB29 NWBK 6016 1331 9268 18"),
        (v.iban, "ES9121000418450200051332", "ES9121000418450200051333"),
        (v.vin, "1HGBH41JXMN109186", "1HGBH41J0MN109186"),
        (v.vin, "11111111111111111", "1111111111111111"),
        (v.ipv6, "2001:db8::1", "12:30:45"),
        (v.e164, "+44 20 7946 0958", "+44 20 79"),
        (v.local_phone, "555 0142", "100 0000"),
        (v.calendar_date, "31/12/2020", "31/13/2020"),
        (v.calendar_date, "12/31/20", "32/31/20"),
        (v.calendar_date, "29.2.2020", "29.2.2021"),
        (v.calendar_date, "2021-03-12", "1021-03-12"),
        (v.day_and_month, "31/12", "31/13"),
        (v.day_and_month, "12/31", "2/31"),
        (v.grouped_number, "4821-739201-55", "100-200-300-400"),
        (v.grouped_number, "2914-4829133", "2019-2020-2021"),
        (v.paired_number, "48-21-09-37", "10-20-30-40"),
        (v.paired_number, "48-21-09-37", "40-30-20-10"),
        (v.uneven, "4829137", "4829000"),
        (v.uneven, "4829137", "7777777"),
        (v.grouped_account, "88-201944-7", "10-20-30-40"),
        (v.grouped_account, "88-201944-7", "88-2019-7"),
        (v.grouped_account, "4420 118 90271", "2019 2020 2021"),
        (v.trunk_phone, "07700 900123", "0770 9001"),
        (v.trunk_phone, "(02) 5550 1234", "00 123 456 789"),
        (v.unrounded, "482913377", "482910000"),
    ],
)
def test_check_digits_and_ranges(check: Callable[[str], bool], right: str, wrong: str) -> None:
    assert check(right)
    assert not check(wrong)


@given(st.text(alphabet="0123456789AXZ-./: ٣５", max_size=40))
@pytest.mark.parametrize("check", PUBLIC, ids=lambda check: check.__name__)
def test_no_text_upsets_a_validator(check: Callable[[str], bool], text: str) -> None:
    assert check(text) in (True, False)


@given(st.integers(10_000_000, 99_999_999), st.sampled_from("ABCDEFGHJKLMNPQRSTVWXYZ"))
def test_one_letter_fits_a_dni(number: int, letter: str) -> None:
    fitting = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if v.dni(f"{number}{c}")]
    assert len(fitting) == 1
    assert v.dni(f"{number}{letter}") == (letter in fitting)


@given(st.text(alphabet="0123456789", min_size=20, max_size=20))
def test_an_iban_with_its_check_digits_passes_and_no_other(body: str) -> None:
    check = 98 - int(body + "142800") % 97
    assert v.iban(f"ES{check:02d}{body}")
    assert not v.iban(f"ES{(check + 1) % 100:02d}{body}")


def test_luhn_finds_every_single_wrong_digit() -> None:
    right = "4111111111111111"
    rng = random.Random(1)
    for at in range(len(right)):
        other = rng.choice([d for d in "0123456789" if d != right[at]])
        assert not v.luhn(right[:at] + other + right[at + 1 :])
