"""The office: promotions, employers, the month's invoices, and the provider's report."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from booking.adapters.database import Database
from kommit.bootstrap.payments import payment_desk
from kommit.settings import load_settings
from tests.booking.payments.test_d01_reconciliation import HEAD
from tests.cli.conftest import Kommit
from tests.support.cards import KEY, LocalStripe, local_stripe
from tests.support.payment_shop import IBAN, PaymentShop
from tests.support.shop import NOON

__all__ = ["local_stripe"]

SEPA = {"KOMMIT_SEPA_CREDITOR_ID": "DE98ZZZ09999999999", "KOMMIT_SEPA_IBAN": IBAN}


@pytest.fixture
def shop(kommit: Kommit, tmp_path: Path) -> Iterator[PaymentShop]:
    """Somebody who sells, on the database that the commands use."""
    assert kommit("db", "upgrade").exit_code == 0
    database = Database(f"sqlite:///{tmp_path / 'var' / 'kommit.db'}", durable=False)
    yield PaymentShop(database)
    database.close()


def told(result: object) -> str:
    assert result.exit_code == 0, result.output  # type: ignore[attr-defined]
    return str(result.stdout)  # type: ignore[attr-defined]


def test_a_promotion(kommit: Kommit, shop: PaymentShop) -> None:
    words = ["--title", "Autumn", "--funder", "county", "--value", "5", "--budget", "100"]
    words += ["--until", "2099-12-31", "--from", "2026-01-01", "--code", "SENDEN-26"]
    assert "begins" in told(kommit("vouchers", "add", "autumn", *words, "--percent", "50"))
    again = kommit("vouchers", "add", "autumn", *words)
    assert (again.exit_code, again.stderr.count("\n")) == (1, 1)
    codes = told(kommit("vouchers", "codes", "autumn", "--count", "3")).split()
    assert len(codes) == 3
    shop.vouchers.redeem(shop.account(), codes[0])
    assert "county owes 5.00 of 100.00 EUR" in told(kommit("vouchers", "list"))
    assert kommit("vouchers", "codes", "winter", "--count", "1").exit_code == 1


def test_an_employer(kommit: Kommit, shop: PaymentShop, tmp_path: Path) -> None:
    rider = shop.account()
    people = tmp_path / "people.csv"
    people.write_text("email,monthly,first\nada@kommit.example,20,2026-05\n")
    told(kommit("employers", "add", "amt", "Kreisverwaltung"))
    assert "1 riders" in told(kommit("employers", "members", "amt", people))
    shop.buy(rider)
    rows = told(kommit("employers", "statement", "amt", "2026-05")).splitlines()
    assert rows[1] == "2026-05,ada@kommit.example,Ada,20.00,12.50,0.00,7.50,EUR"
    assert told(kommit("employers", "list")) == "amt: Kreisverwaltung\n"
    people.write_text("email,monthly,first\nnobody@kommit.example,20,2026-05\n")
    refused = kommit("employers", "members", "amt", people)
    assert (refused.exit_code, "line 2" in refused.stderr) == (1, True)
    assert kommit("employers", "statement", "amt", "May").exit_code == 2


def test_the_months_invoices(
    kommit: Kommit, shop: PaymentShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rider = shop.account()
    shop.mandates.sign(rider, IBAN, "Ada")
    shop.buy(rider, "invoice")
    out = tmp_path / "may"
    missing = kommit("invoices", "close", "2026-05", "--out", out)
    assert (missing.exit_code, "KOMMIT_SEPA_CREDITOR_ID" in missing.stderr) == (1, True)
    for name, value in SEPA.items():
        monkeypatch.setenv(name, value)
    for _ in range(2):
        assert "1 invoices, 1 debits" in told(kommit("invoices", "close", "2026-05", "--out", out))
    assert sorted(path.name for path in out.iterdir()) == [
        "KM-2026-000001.json",
        "KM-2026-000001.pdf",
        "debits-2026-05.xml",
    ]
    assert json.loads((out / "KM-2026-000001.json").read_text())["amount"]["amount"] == 1250
    names = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"}
    root = ET.parse(out / "debits-2026-05.xml")
    assert root.findtext(".//p:GrpHdr/p:MsgId", namespaces=names) == "KM-2026-000001-000001"
    assert "open, 12.50 EUR, Ada" in told(kommit("invoices", "list", "2026-05"))

    assert "is paid" in told(kommit("invoices", "paid", "KM-2026-000001"))
    words = ["returned", "KM-2026-000001", "--reason", "MD06", "--fee", "3.00"]
    assert "is returned" in told(kommit("invoices", *words))
    assert kommit("invoices", *words).exit_code == 1
    assert kommit("invoices", "paid", "KM-2026-000002").exit_code == 1
    early = kommit("invoices", "close", "2199-01", "--out", out)
    assert (early.exit_code, "not over" in early.stderr) == (1, True)


def report(*lines: str) -> str:
    return HEAD + "".join(f"{line}\n" for line in lines)


def test_a_report_with_and_without_differences(
    kommit: Kommit, shop: PaymentShop, tmp_path: Path, local_stripe: LocalStripe
) -> None:
    paying = PaymentShop(shop.database, shop.clock, stripe=local_stripe.payments())
    order = paying.buy(paying.rider(0), "stripe", method="pm_card_visa")
    with paying.store.read() as uow:
        reference = uow.sagas.get(order.id).notes["reference"]
    file = tmp_path / "report.csv"
    charge = f"txn_1,2026-05-04 12:00:00,eur,12.50,0.44,12.06,charge,{reference},"
    file.write_text(report(charge))

    dry = kommit("payments", "reconcile", file, "--dry-run")
    assert (dry.exit_code, "fee not booked: stripe:txn_1:fee" in dry.stdout) == (1, True)
    assert told(kommit("payments", "reconcile", file)) == "1 lines, 0 differences\n"

    file.write_text(report(charge, "txn_2,2026-05-04 13:00:00,eur,-3.00,0,-3.00,refund,pi_x,"))
    found = kommit("payments", "reconcile", file, "--json")
    assert found.exit_code == 1
    answer = json.loads(found.stdout)
    assert (answer["theirs"], answer["ours"]) == ({"EUR": 906}, {"EUR": 1206})
    assert answer["differences"] == [
        {
            "found": "refund unknown",
            "where": "pi_x",
            "ours": None,
            "theirs": {"amount": -300, "currency": "EUR"},
        }
    ]
    file.write_text("not,a,report\n")
    broken = kommit("payments", "reconcile", file)
    assert (broken.exit_code, "line 1" in broken.stderr) == (1, True)
    assert kommit("payments", "reconcile").exit_code == 2
    assert kommit("payments", "reconcile", file, "--api").exit_code == 2


def test_stripe_itself_is_asked(
    kommit: Kommit,
    shop: PaymentShop,
    tmp_path: Path,
    local_stripe: LocalStripe,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    local_stripe.forget()
    shop.clock.at = datetime.now(UTC)
    paying = PaymentShop(shop.database, shop.clock, stripe=local_stripe.payments())
    from tests.support.shop import ride

    leaves = shop.clock.now() + timedelta(hours=2)
    paying.buy(paying.rider(0), "stripe", ride(leaves=leaves), method="pm_card_visa")
    words = ["payments", "reconcile", "--api", "--from", "2020-01-01", "--until", "2099-01-01"]
    assert kommit(*words).exit_code == 1, "no key"
    monkeypatch.setenv("KOMMIT_STRIPE_API_KEY", KEY)
    monkeypatch.setenv("KOMMIT_STRIPE_API_BASE", local_stripe.url)
    monkeypatch.setenv("KOMMIT_MODE", "demo")
    assert told(kommit(*words)) == "1 lines, 0 differences\n"
    local_stripe.forget()
    assert "missing there" in kommit(*words).stdout


def test_disputes_are_listed(kommit: Kommit, shop: PaymentShop, tmp_path: Path) -> None:
    from booking.domain.money import Money
    from booking.domain.payments.cards import Dispute
    from booking.service.transactions import in_transaction

    lost = Dispute("dp_1", "stripe", "pi_1", Money(1250), "fraudulent", "lost", NOON)
    in_transaction(shop.store, lambda uow: uow.providers.note_dispute(lost))
    told_of = told(kommit("payments", "disputes"))
    assert told_of == "dp_1: lost, 12.50 EUR, fraudulent, payment pi_1\n"


def test_the_desk_closes_its_database(tmp_path: Path, shop: PaymentShop) -> None:
    settings = load_settings(data_dir=tmp_path / "var")
    with payment_desk(settings) as desk:
        assert desk.reports is None
        assert desk.budgets.list_employers() == []
