"""A ticket on paper: one PDF page with the code, its PIN, who travels where, price and VAT.

A paper is static: nobody can tell it from its copy but by the inspections of both. So only a
ticket that is bound to no phone is printed.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Final

from fpdf import FPDF

from booking.domain.money import Money
from booking.domain.offers import Offer
from booking.tickets.aztec import modules
from booking.tickets.envelope import take_apart
from booking.tickets.ticket import Ticket, TicketLeg
from booking.tickets.verify import pin_of
from booking.tickets.words import Words

MARGIN_MM: Final = 18
CODE_MM: Final = 62
"""At 0.7 mm and more a module, every reader at a counter or on a phone sees it."""
ENCODING: Final = "windows-1252"
"""Of the fonts that every reader of PDF has: all of German, and dashes."""
FONT: Final = "Helvetica"
GREY: Final = 90
INK: Final = (11, 85, 99)


def paper_ticket(data: bytes, ticket: Ticket, offer: Offer, words: Words) -> bytes:
    """Return the PDF of a ticket.

    Parameters
    ----------
    data
        The ticket's bytes, static.
    ticket
        What they say.
    offer
        What was sold: its price lines are printed as they are.
    """
    page = _Page(words("ticket"))
    page.set_creation_date(offer.issued_at)
    page.heading(words("ticket"), ticket.issuer)
    top = page.get_y()
    page.code(data, top)
    page.beside_code(words, ticket, pin_of(take_apart(data)), top)
    page.set_y(top + CODE_MM + 6)
    page.block(words("passengers"), [words.passenger(each) for each in ticket.passengers])
    _legs(page, ticket, words, _operators(offer))
    _prices(page, offer, words)
    return bytes(page.output())


class _Page(FPDF):
    """An A4 page in the looks of kommit."""

    def __init__(self, title: str) -> None:
        super().__init__(format="A4")
        self.core_fonts_encoding = ENCODING
        self.set_title(title)
        self.set_margin(MARGIN_MM)
        self.add_page()

    def normalize_text(self, text: str) -> str:
        """Return a text with what the font lacks replaced, so that no name breaks a ticket."""
        kept = text.encode(ENCODING, "replace").decode(ENCODING)
        return super().normalize_text(kept)

    def heading(self, title: str, issuer: str) -> None:
        """Write the title, and who answers for the ticket."""
        self.set_text_color(*INK)
        self.set_font(FONT, "B", 22)
        self.cell(0, 11, title, new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(GREY)
        self.set_font(FONT, "", 11)
        self.cell(0, 7, issuer, new_x="LMARGIN", new_y="NEXT")
        self.ln(3)

    def code(self, data: bytes, top: float) -> None:
        """Draw the Aztec code, each run of black modules as one rectangle."""
        dark = modules(data)
        size = CODE_MM / len(dark)
        self.set_fill_color(0)
        for y, row in enumerate(dark.tolist()):
            for start, end in _runs(row):
                self.rect(MARGIN_MM + start * size, top + y * size, (end - start) * size, size, "F")

    def beside_code(self, words: Words, ticket: Ticket, pin: str, top: float) -> None:
        """Write what is looked at first."""
        self.set_left_margin(MARGIN_MM + CODE_MM + 8)
        self.set_xy(MARGIN_MM + CODE_MM + 8, top + 2)
        self.set_text_color(0)
        self.set_font(FONT, "B", 12)
        self.multi_cell(0, 6, words.window(ticket), new_x="LMARGIN", new_y="NEXT")
        self.ln(3)
        self.set_font(FONT, "", 11)
        self.cell(0, 6, words("pin"), new_x="LMARGIN", new_y="NEXT")
        self.set_font(FONT, "B", 24)
        self.cell(0, 11, f"{pin[:3]} {pin[3:]}", new_x="LMARGIN", new_y="NEXT")
        self.small(words("pin_note"))
        self.ln(3)
        self.small(f"{words('order')} {ticket.order_id}")
        self.small(words("version", version=ticket.version))
        self.small(words("issuer", issuer=ticket.issuer))
        self.set_left_margin(MARGIN_MM)

    def small(self, text: str) -> None:
        """Write a line of small print."""
        self.set_text_color(GREY)
        self.set_font(FONT, "", 9)
        self.multi_cell(0, 4.6, text, new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(0)

    def part(self, text: str) -> None:
        """Write the title of a part."""
        self.ln(2)
        self.set_text_color(*INK)
        self.set_font(FONT, "B", 12)
        self.cell(0, 8, text, new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(0)
        self.set_font(FONT, "", 11)

    def block(self, title: str, lines: list[str]) -> None:
        """Write a part of plain lines."""
        self.part(title)
        for line in lines:
            self.multi_cell(0, 6, line, new_x="LMARGIN", new_y="NEXT")

    def pair(self, text: str, amount: str, style: str = "") -> None:
        """Write a line with an amount at its end."""
        self.set_font(FONT, style, 11)
        self.cell(self.epw - 34, 6, text)
        self.cell(34, 6, amount, align="R", new_x="LMARGIN", new_y="NEXT")


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    edges = [at for at in range(len(row) + 1) if _at(row, at) != _at(row, at - 1)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _at(row: list[bool], at: int) -> bool:
    return 0 <= at < len(row) and row[at]


def _operators(offer: Offer) -> Callable[[TicketLeg], str]:
    names = {position: leg.carrier for position, leg in offer.chain.sold}

    def name_of(leg: TicketLeg) -> str:
        carrier = names.get(leg.position)
        return carrier.agency_name if carrier else leg.agency_id

    return name_of


def _legs(
    page: _Page, ticket: Ticket, words: Words, operator_of: Callable[[TicketLeg], str]
) -> None:
    page.part(words("journey"))
    for leg in ticket.legs:
        page.set_font(FONT, "B", 11)
        page.multi_cell(
            0, 6, f"{words.times(leg)}   {words.line(leg)}", new_x="LMARGIN", new_y="NEXT"
        )
        page.set_font(FONT, "", 11)
        page.multi_cell(0, 6, words.places(leg), new_x="LMARGIN", new_y="NEXT")
        notes = [words("operator", name=operator_of(leg)), words.whom(leg, ticket)]
        page.small(", ".join(filter(None, notes)))
        page.ln(1)


def _prices(page: _Page, offer: Offer, words: Words) -> None:
    """Write what was paid for the offer as it was sold, and the VAT in it by rate."""
    page.part(words("price"))
    vat: dict[int, int] = defaultdict(int)
    for line in offer.price.lines:
        page.pair(f"{line.passenger + 1}. {line.text}", words.money(line.amount))
        vat[line.vat_permille] += line.vat_minor
    total = offer.price.total
    page.pair(words("total"), words.money(total), "B")
    for permille, minor in sorted(vat.items()):
        amount = words.money(Money(minor, total.currency))
        page.pair(words("vat", rate=words.rate(permille)), amount)
