"""Documents of an invoice: for the bank, for people, for machines."""

from datetime import UTC, date, datetime
from io import StringIO
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest

from booking.adapters.payments.invoice_documents import invoice_json, invoice_pdf
from booking.adapters.payments.pain008 import NAMESPACE, Creditor, write_debits
from booking.domain.money import Money
from booking.domain.payments.errors import BadBankDetails
from booking.domain.payments.invoices import Debtor, Invoice, OpenItem, VatShare
from booking.domain.payments.months import Month
from tests.support.payment_shop import IBAN

MAY = Month(2026, 5)
CREDITOR = Creditor("Kreis Coesfeld", "DE98ZZZ09999999999", "DE89370400440532013000")


def invoice(number: str = "KM-2026-000001", minor: int = 1_250, **change: Any) -> Invoice:
    at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    signed = datetime(2026, 4, 1, tzinfo=UTC)
    made: dict[str, Any] = {
        "due": date(2026, 6, 8),
        "debtor": Debtor("Jörg Müller", "Jörg Müller & Söhne", IBAN, "KM01", signed),
        "items": (
            OpenItem("k", uuid4(), uuid4(), at, "Senden - Münster", (VatShare(70, Money(minor)),)),
        ),
    }
    issued = datetime(2026, 6, 1, 8, tzinfo=UTC)
    return Invoice(number, uuid4(), MAY, issued, **made | change)


def told(xml: bytes) -> ET.Element:
    root = ET.parse(StringIO(xml.decode())).getroot()
    assert root.tag == f"{{{NAMESPACE}}}Document"
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    return root


def test_the_file_for_the_bank() -> None:
    made_at = datetime(2026, 6, 1, 9, 30)  # noqa: DTZ001 - as the bank's clock shows it
    later = invoice("KM-2026-000003", 999, due=date(2026, 6, 9))
    xml = write_debits([later, invoice(), invoice("KM-2026-000002", 75)], CREDITOR, "M1", made_at)
    root = told(xml)
    head = {e.tag: e.text for e in root.find("CstmrDrctDbtInitn/GrpHdr") or ()}
    assert head["MsgId"] == "M1"
    assert (head["CreDtTm"], head["NbOfTxs"], head["CtrlSum"]) == (
        "2026-06-01T09:30:00",
        "3",
        "23.24",
    )
    first, second = root.findall("CstmrDrctDbtInitn/PmtInf")
    assert [e.tag for e in first][:10] == [
        *("PmtInfId", "PmtMtd", "NbOfTxs", "CtrlSum", "PmtTpInf", "ReqdColltnDt"),
        *("Cdtr", "CdtrAcct", "CdtrAgt", "ChrgBr"),
    ], "the order of the schema"
    assert [first.findtext(e) for e in ("PmtInfId", "NbOfTxs", "CtrlSum", "ReqdColltnDt")] == [
        "M1-1",
        "2",
        "13.25",
        "2026-06-08",
    ]
    assert second.findtext("ReqdColltnDt") == "2026-06-09"
    assert first.findtext("CdtrSchmeId/Id/PrvtId/Othr/Id") == "DE98ZZZ09999999999"
    assert first.findtext("CdtrSchmeId/Id/PrvtId/Othr/SchmeNm/Prtry") == "SEPA"
    assert first.findtext("PmtTpInf/LclInstrm/Cd") == "CORE"
    debit = first.find("DrctDbtTxInf")
    assert debit is not None
    amount = debit.find("InstdAmt")
    assert amount is not None
    assert (amount.text, amount.get("Ccy")) == ("12.50", "EUR")
    assert debit.findtext("PmtId/EndToEndId") == "KM-2026-000001"
    assert debit.findtext("DrctDbtTx/MndtRltdInf/MndtId") == "KM01"
    assert debit.findtext("DrctDbtTx/MndtRltdInf/DtOfSgntr") == "2026-04-01"
    assert debit.findtext("Dbtr/Nm") == "Joerg Mueller + Soehne"
    assert debit.findtext("DbtrAcct/Id/IBAN") == IBAN


def test_creditors_that_no_bank_takes() -> None:
    for change in (
        {"creditor_id": "DE97ZZZ09999999999"},
        {"creditor_id": "nonsense"},
        {"iban": "DE00"},
        {"bic": "SHORT"},
        {"name": " "},
    ):
        with pytest.raises(BadBankDetails):
            CREDITOR._replace(**change).checked()
    other_code = CREDITOR._replace(creditor_id="DE98 ABC 09999999999")
    assert other_code.checked().creditor_id == "DE98ABC09999999999"
    for nothing in ([], [invoice(items=(_francs(),))]):
        with pytest.raises(ValueError, match="euros"):
            write_debits(nothing, CREDITOR, "M1", datetime(2026, 6, 1, tzinfo=UTC))


def _francs() -> OpenItem:
    at = datetime(2026, 5, 4, tzinfo=UTC)
    return OpenItem("k", uuid4(), None, at, "x", (VatShare(70, Money(1, "CHF")),))


def test_an_invoice_for_people_and_for_machines() -> None:
    one = invoice()
    told = invoice_json(one)
    assert told["vat"] == [
        {
            "permille": 70,
            "gross": {"amount": 1250, "currency": "EUR"},
            "vat": {"amount": 82, "currency": "EUR"},
        }
    ]
    assert told["debtor"]["iban"] == "DE…2051"
    assert IBAN not in str(told)
    pdf = invoice_pdf(one, "Kreis Coesfeld\nUSt-IdNr. DE123456789")
    assert pdf.startswith(b"%PDF-1.")
    assert pdf == invoice_pdf(one, "Kreis Coesfeld\nUSt-IdNr. DE123456789")
    strange = OpenItem("k", uuid4(), None, one.issued_at, "株 → " * 60, (VatShare(0, Money(5)),))
    assert invoice_pdf(invoice(items=(strange,) * 60), "x").count(b"/Type /Page\n") > 1
