"""``kommit vouchers``: promotions and their codes."""

from datetime import datetime
from typing import Annotated

import typer

from kommit.cli.options import settings_of
from kommit.cli.wallet import cents_of

app = typer.Typer(help="Promotions and voucher codes.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """Promotions and voucher codes."""


@app.command()
def add(  # noqa: PLR0913, PLR0917 - options of a command
    context: typer.Context,
    promotion: Annotated[str, typer.Argument(help="Its id, like autumn-2026.")],
    title: Annotated[str, typer.Option(help="As riders read it.")],
    funder: Annotated[str, typer.Option(help="Who pays: county, or an operator's id.")],
    value: Annotated[str, typer.Option(help="Of one voucher; with --percent, the most it gives.")],
    budget: Annotated[str, typer.Option(help="Of all its vouchers together, like 5000.")],
    until: Annotated[datetime, typer.Option("--until", help="When it ends.")],
    since: Annotated[datetime | None, typer.Option("--from", help="Default: now.")] = None,
    percent: Annotated[
        int | None, typer.Option(min=1, max=100, help="Of a price; default: all of it.")
    ] = None,
    per_rider: Annotated[int, typer.Option(min=1, help="Vouchers that one rider may have.")] = 1,
    least_price: Annotated[str | None, typer.Option(help="Of an order it helps to pay.")] = None,
    first_ride_only: Annotated[
        bool, typer.Option("--first-ride-only", help="For riders who never bought anything.")
    ] = False,
    rest_lapses: Annotated[
        bool, typer.Option("--rest-lapses", help="What the first order leaves is gone.")
    ] = False,
    code: Annotated[
        list[str] | None, typer.Option(help="A code that many may use; may be repeated.")
    ] = None,
) -> None:
    """Begin a promotion. Codes that are used once each: kommit vouchers codes."""
    from booking.domain.ledger import BOOKS_ZONE  # noqa: PLC0415
    from booking.domain.money import Money  # noqa: PLC0415
    from booking.domain.payments.vouchers import Promotion, Rest  # noqa: PLC0415
    from kommit.bootstrap.payments import payment_desk  # noqa: PLC0415 - brings the database

    made = Promotion(
        promotion,
        title,
        funder,
        Money(cents_of(value)),
        Money(cents_of(budget)),
        (since or datetime.now(BOOKS_ZONE)).replace(tzinfo=BOOKS_ZONE),
        until.replace(tzinfo=BOOKS_ZONE),
        None if percent is None else percent * 10,
        per_rider,
        None if least_price is None else Money(cents_of(least_price)),
        first_ride_only,
        Rest.LAPSES if rest_lapses else Rest.KEPT,
    )
    with payment_desk(settings_of(context)) as desk:
        desk.vouchers.add(made, code or ())
    typer.echo(f"{promotion} begins, with {len(code or ())} codes for everybody")


@app.command()
def codes(
    context: typer.Context,
    promotion: Annotated[str, typer.Argument(help="Its id.")],
    count: Annotated[int, typer.Option(min=1, help="How many.")],
) -> None:
    """Make codes, each to be used once; they are printed, one a line."""
    from kommit.bootstrap.payments import payment_desk  # noqa: PLC0415 - brings the database

    with payment_desk(settings_of(context)) as desk:
        for code in desk.vouchers.make_codes(promotion, count):
            typer.echo(code)


@app.command("list")
def list_(context: typer.Context) -> None:
    """List promotions, with what their funders owe."""
    from booking.domain.payments.employer_lists import decimal_of  # noqa: PLC0415
    from kommit.bootstrap.payments import payment_desk  # noqa: PLC0415 - brings the database

    with payment_desk(settings_of(context)) as desk:
        for promotion, owed in desk.vouchers.list_promotions():
            amount = f"{decimal_of(owed)} of {decimal_of(promotion.budget)} {owed.currency}"
            until = promotion.valid_until.isoformat(timespec="minutes")
            typer.echo(f"{promotion.id}: {promotion.funder} owes {amount}, until {until}")
