"""``kommit payments``: our books against the provider's report, and disputes."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from kommit.cli.errors import FAILED, CliError
from kommit.cli.options import settings_of

app = typer.Typer(help="Providers of payments.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """Providers of payments."""


@app.command()
def reconcile(
    context: typer.Context,
    report: Annotated[
        Path | None,
        typer.Argument(help="CSV of Stripe, balance_change_from_activity.itemized.3; else --api."),
    ] = None,
    api: Annotated[bool, typer.Option("--api", help="Ask Stripe instead of a report.")] = False,
    since: Annotated[
        datetime | None, typer.Option("--from", help="Begin of the report (UTC).")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", help="End of the report, itself not in it (UTC).")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Book no fees, only say that they are missing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Find every difference between our books and the provider's report.

    Fees and disputes are booked from the report. Exit code 1 if a difference is left.
    """
    from booking.adapters.payments.stripe import MEANS  # noqa: PLC0415 - brings the database
    from booking.adapters.payments.stripe_report import read_report  # noqa: PLC0415
    from kommit.bootstrap.payments import payment_desk  # noqa: PLC0415

    if (report is None) is not api:
        raise typer.BadParameter("name a report, or ask Stripe by --api")
    begin, end = _utc(since), _utc(until)
    with payment_desk(settings_of(context)) as desk:
        if report is not None:
            lines = read_report(report.read_text("utf-8"))
        elif desk.reports is None or begin is None or end is None:
            raise CliError("asking Stripe needs KOMMIT_STRIPE_API_KEY, --from and --until")
        else:
            lines = list(desk.reports.lines(begin, end))
        found = desk.reconciling.run(MEANS, lines, begin, end, book=not dry_run)
    told = {
        "lines": len(lines),
        "theirs": dict(found.theirs),
        "ours": dict(found.ours),
        "differences": [_difference(one) for one in found.differences],
    }
    typer.echo(json.dumps(told, indent=1) if as_json else _text(told))
    if found.differences:
        raise typer.Exit(FAILED)


@app.command()
def disputes(context: typer.Context) -> None:
    """List what riders' banks want back, as the provider told."""
    from booking.adapters.payments.stripe import MEANS  # noqa: PLC0415 - brings the database
    from booking.domain.payments.employer_lists import decimal_of  # noqa: PLC0415
    from kommit.bootstrap.payments import payment_desk  # noqa: PLC0415

    with payment_desk(settings_of(context)) as desk, desk.store.read() as uow:
        for one in uow.providers.list_disputes(MEANS):
            amount = f"{decimal_of(one.amount)} {one.amount.currency}"
            typer.echo(f"{one.id}: {one.status}, {amount}, {one.reason}, payment {one.reference}")


def _difference(one: Any) -> dict[str, Any]:
    def money(amount: Any) -> dict[str, Any] | None:
        return amount and {"amount": amount.minor, "currency": amount.currency}

    return {
        "found": one.found.value,
        "where": one.where,
        "ours": money(one.ours),
        "theirs": money(one.theirs),
    }


def _text(told: dict[str, Any]) -> str:
    def side(amount: dict[str, Any] | None) -> str:
        return "nothing" if amount is None else f"{amount['amount']} {amount['currency']}"

    lines = [
        f"{one['found']}: {one['where']}, ours {side(one['ours'])}, theirs {side(one['theirs'])}"
        for one in told["differences"]
    ]
    return "\n".join([*lines, f"{told['lines']} lines, {len(lines)} differences"])


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=moment.tzinfo or UTC)
