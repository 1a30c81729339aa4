"""``kommit wallet``: the cash desk."""

import re
from typing import Annotated

import typer

from kommit.cli.errors import CliError
from kommit.cli.options import settings_of

app = typer.Typer(help="Riders' wallets.", no_args_is_help=True)

AMOUNT = re.compile(r"(\d{1,6})(?:[.,](\d{2}))?", re.ASCII)


@app.callback()
def main() -> None:
    """Riders' wallets."""


@app.command("top-up")
def top_up(
    context: typer.Context,
    email: Annotated[str, typer.Argument(help="The rider's e-mail address.")],
    amount: Annotated[str, typer.Argument(help="In euros, like 20 or 12.50.")],
    receipt: Annotated[
        str | None,
        typer.Option(help="Number of the receipt: the same one is booked once, however often."),
    ] = None,
) -> None:
    """Put cash into a rider's wallet."""
    from booking.domain.accounts import normal_email  # noqa: PLC0415
    from kommit.bootstrap.cash_desk import take_cash  # noqa: PLC0415

    statement = take_cash(settings_of(context), normal_email(email), cents_of(amount), receipt)
    if statement is None:
        raise CliError(f"no rider has the address {email}")
    typer.echo(f"{email} has {statement.balance.minor / 100:.2f} {statement.balance.currency}")


def cents_of(text: str) -> int:
    """Return the cents of an amount in euros, as it is written with a point or a comma."""
    match = AMOUNT.fullmatch(text.strip())
    cents = int(match[1]) * 100 + int(match[2] or 0) if match else 0
    if cents <= 0:
        raise typer.BadParameter(f"{text!r} is not an amount like 20 or 12.50")
    return cents
