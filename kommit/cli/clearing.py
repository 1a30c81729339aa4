"""``kommit clearing`` and ``kommit ledger``: what operators are owed, and closing a month."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from kommit.cli.errors import CliError
from kommit.cli.options import settings_of

if TYPE_CHECKING:
    from booking.domain.clearing.report import ClearingReport

app = typer.Typer(help="Months of the books, operator by operator.", no_args_is_help=True)
ledger = typer.Typer(help="The double-entry ledger.", no_args_is_help=True)

Month = Annotated[str, typer.Argument(help="Like 2026-11.")]
Operator = Annotated[str | None, typer.Option(help="Id of its agency; without it: all of them.")]


@app.callback()
def main() -> None:
    """Months of the books, operator by operator."""


@ledger.callback()
def ledger_main() -> None:
    """The double-entry ledger."""


@app.command()
def show(context: typer.Context, month: Month, operator: Operator = None) -> None:
    """Show what operators earned in a month."""
    from booking.clearing.csv_file import amount  # noqa: PLC0415 - brings the database with it

    table = Table("operator", "kind", "product", "line", "number", "net", "VAT")
    for report in _reports(context, month, operator):
        for each in report.products():
            sums = str(each.lines), amount(each.net), amount(each.vat)
            table.add_row(report.agency_id, "riders paid", each.product, each.route, *sums)
        for kind, minor in report.of_kind().items():
            if minor:
                table.add_row(report.agency_id, kind, "", "", "", amount(minor), "")
        if report.deferred:
            not_yet = "sold, not ridden yet"
            table.add_row(report.agency_id, not_yet, "", "", "", amount(report.deferred), "")
        state = "due" if report.closed_at else "due so far"
        table.add_row(report.agency_id, state, "", "", "", amount(report.due), "", style="bold")
    Console(width=None if Console().is_terminal else 160).print(table)


@app.command()
def export(
    context: typer.Context,
    month: Month,
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path(),
    operator: Operator = None,
) -> None:
    """Write the report of each operator as CSV and PDF."""
    from booking.clearing.csv_file import to_csv  # noqa: PLC0415 - as above
    from booking.clearing.pdf import to_pdf  # noqa: PLC0415 - as above

    out.mkdir(parents=True, exist_ok=True)
    for report in _reports(context, month, operator):
        name = f"{month}-{report.agency_id}".replace(":", "-").replace("/", "-")
        for suffix, content in ((".csv", to_csv(report)), (".pdf", to_pdf(report))):
            path = out / f"{name}{suffix}"
            path.write_bytes(content)
            typer.echo(str(path))


@app.command()
def close(context: typer.Context, month: Month) -> None:
    """Close a month for ever; what comes later corrects it in the next one."""
    from kommit.bootstrap.books import open_books  # noqa: PLC0415 - as above

    with open_books(settings_of(context)) as books:
        closed = books.clearing.close(month)
        books.audit.seal()
    typer.echo(f"{month} is closed; its entries have the SHA-256 {closed.hash}")


@app.command("pay-out")
def pay_out(
    context: typer.Context,
    month: Month,
    operator: Annotated[str, typer.Argument(help="Id of its agency.")],
) -> None:
    """Book that an operator was paid what was due at the end of a closed month."""
    from booking.clearing.csv_file import amount  # noqa: PLC0415 - as above
    from kommit.bootstrap.books import open_books  # noqa: PLC0415 - as above

    with open_books(settings_of(context)) as books:
        paid = books.clearing.pay_out(operator, month)
    typer.echo(f"{operator} was paid {amount(paid.minor)} {paid.currency} for {month}")


@ledger.command()
def check(context: typer.Context) -> None:
    """Check that entries balance, that reports tie, and that closed months are as they were."""
    from kommit.bootstrap.books import open_books  # noqa: PLC0415 - as above

    with open_books(settings_of(context)) as books:
        months = books.clearing.check()
    typer.echo(f"the ledger is right: difference 0, {months} closed months as they were closed")


def _reports(context: typer.Context, month: str, operator: str | None) -> list["ClearingReport"]:
    from kommit.bootstrap.books import open_books  # noqa: PLC0415 - as above

    with open_books(settings_of(context)) as books:
        found = books.clearing.operators(month)
        if operator is not None and operator not in found:
            raise CliError(f"nothing moved for {operator} in {month}; there are {', '.join(found)}")
        wanted = found if operator is None else [operator]
        return [books.clearing.report(each, month) for each in wanted]
