"""An invoice as JSON, for machines, and as PDF, for people."""

from typing import Any, Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from booking.documents.pages import latin
from booking.domain.money import Money
from booking.domain.payments.employer_lists import decimal_of
from booking.domain.payments.iban import masked
from booking.domain.payments.invoices import Invoice, OpenItem

MARGIN_MM: Final = 20
LINE_MM: Final = 6
WIDTHS_MM: Final = (24, 92, 18, 36)
"""Of day, text, VAT and amount."""


def invoice_json(invoice: Invoice) -> dict[str, Any]:
    """Return an invoice as JSON, amounts in minor units; the account is masked."""
    return {
        "number": invoice.number,
        "month": str(invoice.month),
        "issued_at": invoice.issued_at.isoformat(),
        "due": invoice.due.isoformat(),
        "state": invoice.state.value,
        "returned_for": invoice.returned_for,
        "amount": _money(invoice.amount),
        "vat": [
            {"permille": share.permille, "gross": _money(share.gross), "vat": _money(share.vat)}
            for share in invoice.vat
        ],
        "debtor": {
            "name": invoice.debtor.name,
            "holder": invoice.debtor.holder,
            "iban": masked(invoice.debtor.iban),
            "mandate": invoice.debtor.mandate,
        },
        "items": [_item(item) for item in invoice.items],
    }


def _item(item: OpenItem) -> dict[str, Any]:
    return {
        "order": None if item.order_id is None else str(item.order_id),
        "at": item.at.isoformat(),
        "text": item.text,
        "amount": _money(item.amount),
        "vat": [
            {"permille": share.permille, "gross": _money(share.gross)} for share in item.shares
        ],
    }


def _money(amount: Money) -> dict[str, Any]:
    return {"amount": amount.minor, "currency": amount.currency}


def invoice_pdf(invoice: Invoice, issuer: str) -> bytes:
    """Return an invoice as PDF; the same invoice gives the same bytes.

    Parameters
    ----------
    issuer
        Who bills, as it stands at the top: name, address, tax number.
    """
    page = FPDF(format="A4")
    page.set_creation_date(invoice.issued_at)
    page.set_margins(MARGIN_MM, MARGIN_MM)
    page.set_title(f"Rechnung {invoice.number}")
    page.add_page()
    _say(page, issuer, size=9)
    page.ln(LINE_MM)
    _say(page, invoice.debtor.name)
    page.ln(LINE_MM)
    _say(page, f"Rechnung {invoice.number}", bold=True, size=15)
    _say(
        page, f"Leistungsmonat {invoice.month}, ausgestellt am {invoice.issued_at.date():%d.%m.%Y}"
    )
    page.ln(LINE_MM)
    _row(page, ("Datum", "Fahrt", "USt.", "Betrag"), bold=True)
    for item in invoice.items:
        rates = " / ".join(f"{_percent(share.permille)}" for share in item.shares)
        _row(page, (f"{item.at.date():%d.%m.%Y}", item.text, rates, _amount(item.amount)))
    _row(page, ("", "Summe", "", _amount(invoice.amount)), bold=True)
    for share in invoice.vat:
        text = f"darin {_percent(share.permille)} USt. auf {_amount(share.gross)}"
        _row(page, ("", text, "", _amount(share.vat)))
    page.ln(LINE_MM)
    _say(
        page,
        f"Der Betrag wird am {invoice.due:%d.%m.%Y} vom Konto {masked(invoice.debtor.iban)} "
        f"({invoice.debtor.holder}) eingezogen, Mandat {invoice.debtor.mandate}.",
    )
    return bytes(page.output())


def _say(page: FPDF, text: str, *, bold: bool = False, size: int = 11) -> None:
    page.set_font("Helvetica", "B" if bold else "", size)
    page.multi_cell(0, LINE_MM, latin(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")


def _row(page: FPDF, cells: tuple[str, str, str, str], *, bold: bool = False) -> None:
    page.set_font("Helvetica", "B" if bold else "", 10)
    for at, (cell, width) in enumerate(zip(cells, WIDTHS_MM, strict=True)):
        text = _fitted(page, latin(cell), width - 2)
        page.cell(width, LINE_MM, text, align="R" if at >= 2 else "L")
    page.ln(LINE_MM)


def _fitted(page: FPDF, text: str, width_mm: float) -> str:
    """Return a text that is cut where its column ends."""
    while page.get_string_width(text) > width_mm:
        text = f"{text[:-4]}..."
    return text


def _amount(amount: Money) -> str:
    return f"{decimal_of(amount).replace('.', ',')} {amount.currency}"


def _percent(permille: int) -> str:
    whole, tenth = divmod(permille, 10)
    return f"{whole},{tenth} %" if tenth else f"{whole} %"
