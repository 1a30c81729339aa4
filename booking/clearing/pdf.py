"""The clearing report as PDF: sums on the first page, then every line of every order."""

from typing import Final

from booking.clearing.csv_file import amount
from booking.documents.pages import Pages
from booking.domain.clearing.months import month_start
from booking.domain.clearing.report import BookedLine, ClearingReport
from booking.domain.ledger import LineKind

MOST_LINES: Final = 2_000
"""More are in the CSV: nobody reads a hundred pages."""
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
    foot = f"{report.agency_id} {report.month}"
    made_at = report.closed_at or month_start(report.month)
    page = Pages(f"Clearing {foot}", foot, made_at)
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
