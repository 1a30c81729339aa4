"""IBANs, names, mandates and the days on which banks work."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.payments.errors import BadBankDetails
from booking.domain.payments.iban import (
    LENGTHS,
    has_right_digits,
    masked,
    normal_holder,
    normal_iban,
    sepa_text,
)
from booking.domain.payments.mandates import Mandate, MandateState
from booking.domain.payments.months import Month
from booking.domain.payments.target_days import easter, is_target_day, target_day_from

# Published examples (SWIFT IBAN registry), one for each of some countries.
EXAMPLES = [
    "DE89 3704 0044 0532 0130 00",
    "NL91ABNA0417164300",
    "AT611904300234573201",
    "BE68539007547034",
    "FR1420041010050500013M02606",
    "gb29 nwbk 6016 1331 9268 19",
    "NO9386011117947",
    "MT84MALT011000012345MTLCAST001S",
    "CH9300762011623852957",
    "PL61109010140000071219812874",
    "IE29AIBK93115212345678",
    "LU280019400644750000",
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_published_examples_are_taken(example: str) -> None:
    assert normal_iban(example) == example.replace(" ", "").upper()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "begins with a country"),
        ("DE", "begins with a country"),
        ("US12 1234", "begins with a country"),
        ("DE8937040044053201300", "has 22 characters, not 21"),
        ("DE893704004405320130001", "has 22 characters, not 23"),
        ("DE89370400440532013001", "check digits"),
        ("DE98370400440532013000", "check digits"),
        (
            "DE89\u0663\u0667\u0660\u0664\u0660\u0660\u0664\u0664\u0660\u0665\u0663\u0662\u0660\u0661\u0663\u0660\u0660\u0660",
            "begins with a country",
        ),
        ("DE8937040044053201300\0", "begins with a country"),
    ],
)
def test_ibans_that_no_bank_takes(text: str, why: str) -> None:
    with pytest.raises(BadBankDetails, match=why) as refused:
        normal_iban(text)
    assert text[4:] not in str(refused.value) or len(text) < 5, "what was typed is not repeated"


@given(st.sampled_from(EXAMPLES), st.data())
def test_a_mistyped_digit_is_found(example: str, data: st.DataObject) -> None:
    iban = normal_iban(example)
    at = data.draw(st.integers(4, len(iban) - 1).filter(lambda n: iban[n].isdigit()))
    other = data.draw(st.sampled_from("0123456789").filter(lambda each: each != iban[at]))
    with pytest.raises(BadBankDetails):
        normal_iban(iban[:at] + other + iban[at + 1 :])


@given(st.sampled_from(sorted(LENGTHS)), st.integers(0))
def test_ibans_of_right_digits_are_taken(country: str, number: int) -> None:
    body = str(number)[: LENGTHS[country] - 4].zfill(LENGTHS[country] - 4)
    right = [d for d in range(2, 99) if has_right_digits(f"{country}{d:02d}{body}")]
    assert len(right) == 1, "98 minus the rest is the only one of 02 to 98"
    assert normal_iban(f"{country}{right[0]:02d}{body}")


def test_names_are_written_as_banks_can() -> None:
    assert sepa_text("Jörg Müller-Lüdenscheidt & Söhne") == "Joerg Mueller-Luedenscheidt + Soehne"
    assert sepa_text("Łukasz Ørsted, José") == "Lukasz Orsted, Jose"
    assert sepa_text("株式") == ".."
    assert normal_holder("  Ada   Lovelace ") == "Ada Lovelace"
    for bad in ("", " ", "x" * 71, "Ada\0", "株式"):
        with pytest.raises(BadBankDetails):
            normal_holder(bad)


def test_a_mandate_has_a_reference_and_hides_its_account() -> None:
    mandate_id = UUID("01a22446-9ad9-7f4c-a2e4-1d29da057114")
    at = datetime(2026, 11, 1, tzinfo=UTC)
    mandate = Mandate.sign(mandate_id, uuid4(), "de02 1203 0000 0000 2020 51", "Ada", at)
    assert mandate.reference == "KM01A224469AD97F4CA2E41D29DA057114"
    assert len(mandate.reference) <= 35
    assert mandate.masked_iban == masked("DE02120300000000202051") == "DE…2051"
    revoked = mandate.ended(MandateState.REVOKED)
    assert revoked.ended(MandateState.SUSPENDED).state is MandateState.REVOKED


@pytest.mark.parametrize(
    ("year", "day"),
    [(2000, (4, 23)), (2024, (3, 31)), (2025, (4, 20)), (2026, (4, 5)), (2038, (4, 25))],
)
def test_easter(year: int, day: tuple[int, int]) -> None:
    assert easter(year) == date(year, *day)


@pytest.mark.parametrize(
    ("day", "open_from"),
    [
        (date(2026, 4, 3), date(2026, 4, 7)),  # Good Friday to Easter Monday
        (date(2026, 5, 1), date(2026, 5, 4)),  # a Friday
        (date(2026, 12, 24), date(2026, 12, 24)),
        (date(2026, 12, 25), date(2026, 12, 28)),
        (date(2027, 1, 1), date(2027, 1, 4)),
        (date(2026, 10, 3), date(2026, 10, 5)),  # a holiday in Germany, and a Saturday
        (date(2028, 10, 3), date(2028, 10, 3)),  # and a Tuesday: banks of SEPA work
    ],
)
def test_banks_settle_on_target_days(day: date, open_from: date) -> None:
    assert target_day_from(day) == open_from
    assert is_target_day(open_from)


def test_months() -> None:
    assert [str(Month(2026, 11).plus(n)) for n in (-11, 1, 2, 14)] == [
        "2025-12",
        "2026-12",
        "2027-01",
        "2028-01",
    ]
    assert Month.parse("2026-02") == Month(2026, 2)
    for bad in (
        "2026",
        "2026-13",
        "2026-2",
        "26-02",
        "2026-00",
        "2026-0x",
        "\uff12\uff10\uff12\uff16-02",
        "0000-01",
    ):
        with pytest.raises(ValueError, match="month"):
            Month.parse(bad)
