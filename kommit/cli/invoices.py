"""``kommit invoices``: the month's close of riders who pay by invoice."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from kommit.cli.months import month_of
from kommit.cli.options import settings_of
from kommit.cli.wallet import cents_of

app = typer.Typer(help="Monthly invoices and direct debits.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="Number of the invoice.")]


@app.callback()
def main() -> None:
    """Monthly invoices and direct debits."""


@app.command()
def close(
    context: typer.Context,
    month: Annotated[str, typer.Argument(help="Like 2026-11.")],
    out: Annotated[Path, typer.Option(help="Folder for invoices and the file for the bank.")],
) -> None:
    """Write the invoices of a month, and the file by which the bank collects them.

    May be repeated: what is written once stays as it is.
    """
    from booking.adapters.payments.invoice_documents import (  # noqa: PLC0415 - brings fonts
        invoice_json,
        invoice_pdf,
    )
    from booking.adapters.payments.pain008 import write_debits  # noqa: PLC0415
    from kommit.bootstrap.payments import (  # noqa: PLC0415 - brings the database
        creditor_of,
        issuer_of,
        payment_desk,
    )

    settings = settings_of(context)
    creditor = creditor_of(settings)
    with payment_desk(settings) as desk:
        closed = desk.invoicing.close(month_of(month))
    out.mkdir(parents=True, exist_ok=True)
    for invoice in closed.invoices:
        text = json.dumps(invoice_json(invoice), indent=1, ensure_ascii=False)
        (out / f"{invoice.number}.json").write_text(text + "\n", "utf-8")
        (out / f"{invoice.number}.pdf").write_bytes(invoice_pdf(invoice, issuer_of(settings)))
    if closed.debits:
        # The same debits have the same id, so that the bank collects them once.
        first, last = closed.debits[0].number, closed.debits[-1].number.rpartition("-")[2]
        now = datetime.now(UTC).replace(tzinfo=None)
        written = write_debits(closed.debits, creditor, f"{first}-{last}", now)
        (out / f"debits-{month}.xml").write_bytes(written)
    typer.echo(
        f"{len(closed.invoices)} invoices, {len(closed.debits)} debits in {out}; "
        f"{len(closed.waiting)} riders wait for the next month"
    )


@app.command("list")
def list_(
    context: typer.Context, month: Annotated[str, typer.Argument(help="Like 2026-11.")]
) -> None:
    """List the invoices of a month."""
    from booking.domain.payments.employer_lists import decimal_of  # noqa: PLC0415
    from kommit.bootstrap.payments import payment_desk  # noqa: PLC0415 - brings the database

    with payment_desk(settings_of(context)) as desk, desk.store.read() as uow:
        for one in uow.invoices.list_of_month(month_of(month)):
            amount = f"{decimal_of(one.amount)} {one.amount.currency}"
            typer.echo(f"{one.number}: {one.state}, {amount}, {one.debtor.name}, due {one.due}")


@app.command()
def paid(context: typer.Context, number: Number) -> None:
    """Book that an invoice was paid."""
    from kommit.bootstrap.payments import payment_desk  # noqa: PLC0415 - brings the database

    with payment_desk(settings_of(context)) as desk:
        typer.echo(f"{number} is {desk.invoicing.receive(number).state}")


@app.command()
def returned(
    context: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(help="The bank's code, like AC04 or MD06.")],
    fee: Annotated[str | None, typer.Option(help="What the banks took, like 3.00.")] = None,
) -> None:
    """Book that a debit came back: the rider owes it again, and the mandate is suspended."""
    from booking.domain.money import Money  # noqa: PLC0415
    from kommit.bootstrap.payments import payment_desk  # noqa: PLC0415 - brings the database

    taken = Money(0 if fee is None else cents_of(fee))
    with payment_desk(settings_of(context)) as desk:
        typer.echo(f"{number} is {desk.invoicing.give_back(number, reason, taken).state}")
