"""What an operator earned in a month: as JSON, CSV and PDF, for people of its office only."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from booking.clearing.csv_file import to_csv
from booking.clearing.pdf import to_pdf
from booking.domain import errors
from booking.domain.clearing.errors import BadMonth, BooksDiffer
from booking.domain.clearing.report import ClearingReport
from kommit.api.auth import OperatorOf
from kommit.api.problems import documented
from kommit.api.schemas.clearing import Clearing, ClearingLine, KindSum, Month, ProductSum, VatSum
from kommit.api.services import ServicesOf

router = APIRouter(tags=["operators"])

REFUSALS = documented(errors.NotSignedIn, errors.NotYours, BadMonth, BooksDiffer)
MonthOf = Annotated[Month, Path(description="Like 2026-11.")]


class Csv(Response):
    """A table."""

    media_type = "text/csv"


class Pdf(Response):
    """A document to be printed."""

    media_type = "application/pdf"


def _file(media_type: str, what: str) -> dict[int | str, dict[str, Any]]:
    """Return ``responses=`` of a route that answers a file."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return REFUSALS | {200: {"description": what, "content": content}}


# The paths with a suffix come first: ``{month}`` would take them, too.
@router.get(
    "/v1/operator/clearing/{month}.csv",
    response_class=Csv,
    responses=_file(Csv.media_type, "Every line, then the sums."),
)
def get_clearing_csv(month: MonthOf, agency_id: OperatorOf, services: ServicesOf) -> Csv:
    """Return the report of a month as a table."""
    return Csv(to_csv(services.clearing.report(agency_id, month)), headers=_named(month, "csv"))


@router.get(
    "/v1/operator/clearing/{month}.pdf",
    response_class=Pdf,
    responses=_file(Pdf.media_type, "Sums, then every line."),
)
def get_clearing_pdf(month: MonthOf, agency_id: OperatorOf, services: ServicesOf) -> Pdf:
    """Return the report of a month as a document."""
    return Pdf(to_pdf(services.clearing.report(agency_id, month)), headers=_named(month, "pdf"))


@router.get("/v1/operator/clearing/{month}", responses=REFUSALS)
def get_clearing(
    month: MonthOf,
    agency_id: OperatorOf,
    services: ServicesOf,
    limit: Annotated[int, Query(ge=0, le=10_000, description="Lines at most.")] = 1_000,
    after: Annotated[int, Query(ge=0, le=2**31, description="How many lines to pass over.")] = 0,
) -> Clearing:
    """Return what the signed-in operator earned in a month, with every line of every order."""
    return _clearing(services.clearing.report(agency_id, month), after, limit)


def _clearing(report: ClearingReport, after: int, limit: int) -> Clearing:
    lines = report.lines[after : after + limit]
    return Clearing(
        agency_id=report.agency_id,
        month=report.month,
        currency=report.currency,
        closed_at=report.closed_at,
        opening=report.opening,
        earned=report.earned,
        due=report.due,
        deferred=report.deferred,
        kinds=[KindSum(kind=k, amount=minor) for k, minor in report.of_kind().items() if minor],
        vat=[
            VatSum(permille=one.permille, net=one.net, vat=one.vat, gross=one.gross)
            for one in report.vat()
        ],
        products=[ProductSum(**one._asdict()) for one in report.products()],
        lines=[ClearingLine.of(one, report.month) for one in lines],
        more_lines=max(len(report.lines) - after - len(lines), 0),
    )


def _named(month: str, suffix: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="clearing-{month}.{suffix}"'}
