"""A receipt as PDF, in German, as the tax office reads it."""

from typing import Final
from zoneinfo import ZoneInfo

from booking.clearing.csv_file import amount
from booking.documents.pages import Pages
from booking.domain.receipts import Receipt, ReceiptKind, ReceiptLine

KINDS: Final = {
    ReceiptKind.SALE: "",
    ReceiptKind.REFUND: "Erstattung: ",
    ReceiptKind.FEE: "",
    ReceiptKind.CHARGE: "",
    ReceiptKind.BEST_PRICE: "Bestpreis: ",
}
MEANS: Final = {
    "wallet": "Guthaben",
    "on_board": "im Fahrzeug",
    "voucher": "Gutschein",
    "budget": "Mobilitätsbudget",
    "invoice": "Monatsrechnung",
    "stripe": "Karte",
    "exchange": "Umtausch",
}
HEADS: Final = ("Datum", "Leistung", "Für", "Betreiber", "Produkt / Regel", "USt.", "Betrag")
WIDTHS: Final = (18, 42, 20, 32, 40, 14, 20)


def receipt_pdf(receipt: Receipt, issuer: str, zone: ZoneInfo) -> bytes:
    """Return the PDF of a receipt; the same receipt gives the same bytes.

    Parameters
    ----------
    issuer
        Who sells in its own name.
    zone
        By whose clocks days are told.
    """
    page = Pages(
        f"Beleg {receipt.number}", f"Beleg {receipt.number}", receipt.issued_at, page_word="Seite"
    )
    page.add_page()
    page.headline("Beleg", issuer)
    day = receipt.issued_at.astimezone(zone)
    page.sentence(f"Nummer {receipt.number}, Stand {day:%d.%m.%Y}, Tarif {receipt.tariff}")
    for position, leg in receipt.legs:
        at = leg.departure.astimezone(zone)
        line = leg.carrier.line if leg.carrier else leg.mode
        way = f"{leg.origin.name} - {leg.destination.name}"
        page.sentence(f"Abschnitt {position + 1}: {at:%d.%m.%Y %H:%M} {line}, {way}")
    rows = [_row(line, zone) for line in receipt.lines]
    rows.append(("", "Summe", "", "", "", "", amount(receipt.total.minor)))
    page.block(f"Beträge in {receipt.total.currency}", HEADS, rows, WIDTHS, 5)
    shares = [
        (f"{one.permille / 10:g} %".replace(".", ","), *map(amount, one[1:])) for one in receipt.vat
    ]
    heads = ("Umsatzsteuer", "Netto", "USt.", "Brutto")
    page.block("Darin enthalten", heads, shares, (30, 30, 30, 30), 1)
    paid = [
        (MEANS.get(part.means, part.means), amount(part.amount.minor)) for part in receipt.parts
    ]
    page.block("Bezahlt", ("Mit", "Betrag"), paid, (60, 30), 1)
    return bytes(page.output())


def _row(line: ReceiptLine, zone: ZoneInfo) -> tuple[str, ...]:
    leg = "" if line.leg is None else f"Abschn. {line.leg + 1}"
    person = "" if line.passenger is None else f"Pers. {line.passenger + 1}"
    return (
        f"{line.at.astimezone(zone):%d.%m.%Y}",
        f"{KINDS[line.kind]}{line.text}",
        ", ".join(filter(None, (leg, person))),
        line.agency_name,
        " / ".join(filter(None, (line.product, line.rule))),
        f"{line.vat_permille / 10:g} %".replace(".", ","),
        amount(line.amount.minor),
    )
