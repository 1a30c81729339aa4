"""A SEPA direct debit file for the bank: ISO 20022 ``pain.008.001.08``, scheme Core.

Structure and limits as in the German banks' rules (DFÜ-Abkommen, Anlage 3, since November 2023) and
EPC 130-08: texts in the characters of SEPA, amounts with a point, agents without a BIC
``NOTPROVIDED``. All debits of a file go as ``RCUR``: first ones need no sequence of their own since
the rulebook of November 2016.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

from booking.domain.money import Money
from booking.domain.payments.employer_lists import decimal_of
from booking.domain.payments.errors import BadBankDetails
from booking.domain.payments.iban import has_right_digits, normal_iban, sepa_text
from booking.domain.payments.invoices import Invoice

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"
CREDITOR_ID: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}", re.ASCII)
BIC: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?", re.ASCII)


class Creditor(NamedTuple):
    """Who collects."""

    name: str
    creditor_id: str
    """Creditor identifier, in Germany of the Bundesbank, like ``DE98ZZZ09999999999``."""
    iban: str
    bic: str | None = None

    def checked(self) -> "Creditor":
        """Return it as a bank takes it, or raise ``BadBankDetails``."""
        known = "".join(self.creditor_id.split()).upper()
        # Check digits leave the business code (characters 5 to 7) out (EPC 262-08).
        if not CREDITOR_ID.fullmatch(known) or not has_right_digits(known[:4] + known[7:]):
            raise BadBankDetails("the creditor identifier has wrong check digits or another form")
        if self.bic is not None and not BIC.fullmatch(self.bic):
            raise BadBankDetails("the creditor's BIC has 8 or 11 letters and digits")
        name = sepa_text(self.name).strip()[:70]
        if not name:
            raise BadBankDetails("the creditor has no name")
        return Creditor(name, known, normal_iban(self.iban), self.bic)


def write_debits(
    invoices: Sequence[Invoice], creditor: Creditor, message_id: str, made_at: datetime
) -> bytes:
    """Return the file that asks the bank to collect invoices, by their due dates.

    Parameters
    ----------
    message_id
        Of this file, at most 35 characters: the bank takes no second one of the same.

    Raises
    ------
    BadBankDetails
        If the creditor cannot be.
    ValueError
        If there is nothing to collect, or not in euros.
    """
    if not invoices or any(one.amount.currency != "EUR" for one in invoices):
        raise ValueError("SEPA collects euros, and at least one debit")
    by = creditor.checked()
    root = ET.Element("Document", {"xmlns": NAMESPACE})
    body = ET.SubElement(root, "CstmrDrctDbtInitn")
    head = ET.SubElement(body, "GrpHdr")
    _text(head, "MsgId", message_id)
    _text(head, "CreDtTm", made_at.isoformat(timespec="seconds"))
    _totals(head, invoices)
    _text(head, "InitgPty/Nm", by.name)
    ordered = sorted(invoices, key=lambda one: (one.due, one.number))
    for count, (due, group) in enumerate(groupby(ordered, key=lambda one: one.due), start=1):
        _batch(body, f"{message_id[:31]}-{count}", due, tuple(group), by)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _batch(
    body: ET.Element, batch_id: str, due: date, invoices: Sequence[Invoice], by: Creditor
) -> None:
    """Write the debits of one due date."""
    batch = ET.SubElement(body, "PmtInf")
    _text(batch, "PmtInfId", batch_id)
    _text(batch, "PmtMtd", "DD")
    _totals(batch, invoices)
    kind = ET.SubElement(batch, "PmtTpInf")
    _text(kind, "SvcLvl/Cd", "SEPA")
    _text(kind, "LclInstrm/Cd", "CORE")
    _text(kind, "SeqTp", "RCUR")
    _text(batch, "ReqdColltnDt", due.isoformat())
    _text(batch, "Cdtr/Nm", by.name)
    _text(batch, "CdtrAcct/Id/IBAN", by.iban)
    if by.bic:
        _text(batch, "CdtrAgt/FinInstnId/BICFI", by.bic)
    else:
        _text(batch, "CdtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")
    _text(batch, "ChrgBr", "SLEV")
    scheme = _path(batch, "CdtrSchmeId/Id/PrvtId/Othr")
    _text(scheme, "Id", by.creditor_id)
    _text(scheme, "SchmeNm/Prtry", "SEPA")
    for invoice in invoices:
        _debit(batch, invoice)


def _debit(batch: ET.Element, invoice: Invoice) -> None:
    debit = ET.SubElement(batch, "DrctDbtTxInf")
    debtor = invoice.debtor
    _text(debit, "PmtId/EndToEndId", invoice.number)
    _text(debit, "InstdAmt", decimal_of(invoice.amount)).set("Ccy", invoice.amount.currency)
    mandate = _path(debit, "DrctDbtTx/MndtRltdInf")
    _text(mandate, "MndtId", debtor.mandate)
    _text(mandate, "DtOfSgntr", debtor.signed_at.date().isoformat())
    _text(debit, "DbtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")
    _text(debit, "Dbtr/Nm", sepa_text(debtor.holder)[:70])
    _text(debit, "DbtrAcct/Id/IBAN", debtor.iban)
    text = f"Invoice {invoice.number} of {invoice.month}, kommit"
    _text(debit, "RmtInf/Ustrd", sepa_text(text)[:140])


def _totals(parent: ET.Element, invoices: Iterable[Invoice]) -> None:
    amounts = [one.amount.minor for one in invoices]
    _text(parent, "NbOfTxs", str(len(amounts)))
    _text(parent, "CtrlSum", decimal_of(Money(sum(amounts))))


def _text(parent: ET.Element, path: str, text: str) -> ET.Element:
    element = _path(parent, path)
    element.text = text
    return element


def _path(parent: ET.Element, path: str) -> ET.Element:
    """Return a new element, with those above it."""
    for name in path.split("/"):
        parent = ET.SubElement(parent, name)
    return parent
