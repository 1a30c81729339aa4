"""The clearing report as PDF: sums on the first page, then every line of every order."""

from collections.abc import Iterable, Sequence
from typing import Final

from fpdf import FPDF
from fpdf.enums import TableBordersLayout

from booking.clearing.csv_file import amount
from booking.domain.clearing.months import month_start
from booking.domain.clearing.report import BookedLine, ClearingReport
from booking.domain.ledger import LineKind

MOST_LINES: Final = 2_000
"""More are in the CSV: nobody reads a hundred pages."""
FONT: Final = "Helvetica"
NAMES: Final = {
    LineKind.FARE: "Fares and prices, without VAT",
    LineKind.REFUND: "Refunds",
    LineKind.NO_SHOW: "Fees for not turning up",
    LineKind.USAGE: "Further use",
    LineKind.COMMISSION: "Commission",
    LineKind.COMMISSION_VAT: "VAT on the commission",
    LineKind.SUBSIDY: "Subsidy of the county",
    LineKind.PAY_OUT: "Paid out",
}


def to_pdf(report: ClearingReport) -> bytes:
    """Return the report as a PDF, the same bytes for the same report."""
    page = _Pages(report)
    page.add_page()
    page.headline(f"Clearing {report.month}", report.agency_id)
    state = f"closed on {report.closed_at:%Y-%m-%d}" if report.closed_at else "still open"
    page.sentence(f"The month is {state}. Amounts in {report.currency}.")
    page.block("Account", ("", "Amount"), _account(report), (120, 40), 1)
    vat = [
        (f"{each.permille / 10:g} %", amount(each.net), amount(each.vat), amount(each.gross))
        for each in report.vat()
    ]
    page.block(
        "What riders paid, by VAT", ("Rate", "Net", "VAT", "Gross"), vat, (40, 40, 40, 40), 1
    )
    products = [
        (each.product, each.route, str(each.lines), amount(each.net), amount(each.vat))
        for each in report.products()
    ]
    page.block(
        "By product and line",
        ("Product", "Line", "Number", "Net", "VAT"),
        products,
        (60, 50, 20, 30, 30),
        2,
    )
    heads = ("Day", "Order", "Leg", "Kind", "Product", "Rule", "Amount")
    widths = (20, 62, 8, 24, 34, 24, 18)
    if report.corrections:
        rows = [_row(one) for one in report.corrections[:MOST_LINES]]
        page.block("Corrections of closed months", heads, rows, widths, 6)
    page.block("Every line", heads, [_row(one) for one in report.lines[:MOST_LINES]], widths, 6)
    if len(report.lines) > MOST_LINES:
        page.sentence(f"All {len(report.lines)} lines are in the CSV file.")
    return bytes(page.output())


class _Pages(FPDF):
    """Pages with headings and tables; letters that the font lacks become question marks."""

    def __init__(self, report: ClearingReport) -> None:
        super().__init__()
        self._foot = f"{report.agency_id} {report.month}"
        self.set_creation_date(report.closed_at or month_start(report.month))
        self.set_title(f"Clearing {self._foot}")

    def footer(self) -> None:
        """Name report and page."""
        self.set_y(-12)
        self.set_font(FONT, size=8)
        self.cell(0, 6, _latin(f"{self._foot}, page {self.page_no()}"), align="C")

    def headline(self, text: str, below: str) -> None:
        """Write the head of the report."""
        self.set_font(FONT, "B", 16)
        self.multi_cell(0, 9, _latin(text), new_x="LMARGIN", new_y="NEXT")
        self.set_font(FONT, size=11)
        self.multi_cell(0, 7, _latin(below), new_x="LMARGIN", new_y="NEXT")

    def sentence(self, text: str) -> None:
        """Write a sentence in a paragraph of its own."""
        self.set_font(FONT, size=10)
        self.multi_cell(0, 6, _latin(text), new_x="LMARGIN", new_y="NEXT")

    def block(
        self,
        heading: str,
        heads: Sequence[str],
        rows: Iterable[Sequence[str]],
        widths: tuple[int, ...],
        texts: int,
    ) -> None:
        """Write a table under a heading; the first ``texts`` columns are no numbers."""
        self.ln(4)
        self.set_font(FONT, "B", 11)
        self.multi_cell(0, 7, _latin(heading), new_x="LMARGIN", new_y="NEXT")
        self.set_font(FONT, size=8)
        align = ("LEFT",) * texts + ("RIGHT",) * (len(widths) - texts)
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            col_widths=widths,
            width=sum(widths),
            align="LEFT",
            text_align=align,
            line_height=4.5,
        ) as table:
            for cells in [heads, *rows]:
                row = table.row()
                for cell in cells:
                    row.cell(_latin(cell))


def _account(report: ClearingReport) -> list[tuple[str, str]]:
    sums = [(NAMES[kind], amount(minor)) for kind, minor in report.of_kind().items() if minor]
    return [
        ("Owed at the begin of the month", amount(report.opening)),
        *sums,
        ("To be paid out", amount(report.due)),
        ("Sold and not ridden yet, for later months", amount(report.deferred)),
    ]


def _row(one: BookedLine) -> tuple[str, ...]:
    line = one.line
    return (
        line.day.isoformat() if line.day else "",
        str(one.order_id or one.text),
        "" if line.leg is None else str(line.leg),
        line.kind,
        line.product,
        line.share or line.rule,
        amount(line.amount.minor),
    )


def _latin(text: str) -> str:
    return text.encode("latin-1", "replace").decode("latin-1")
