"""``kommit webhooks``: where operators are told of their sales, and what became of it."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from kommit.cli.options import settings_of

if TYPE_CHECKING:
    from booking.service.webhooks import Webhooks

app = typer.Typer(help="Messages to operators.", no_args_is_help=True)

Id = Annotated[UUID, typer.Argument(help="Id of the webhook.")]


@app.callback()
def main() -> None:
    """Messages to operators."""


@app.command("add")
def add(
    context: typer.Context,
    agency: Annotated[str, typer.Argument(help="Id of the operator's agency, like rvm:1.")],
    url: Annotated[str, typer.Argument(help="Where it is told, https://…")],
    event: Annotated[
        list[str] | None, typer.Option(help="Like order.* or clearing.closed; may be repeated.")
    ] = None,
) -> None:
    """Tell an operator; the secret that messages are signed with is printed this once."""
    from kommit.bootstrap.events import webhooks_desk  # noqa: PLC0415 - brings the database

    with webhooks_desk(settings_of(context)) as webhooks:
        made = webhooks.register(agency, url, event or ["*"])
    typer.echo(f"{made.id} is told; its secret is {made.secret}")


@app.command("list")
def list_all(
    context: typer.Context,
    agency: Annotated[str | None, typer.Option(help="Only of this operator.")] = None,
) -> None:
    """List who is told where, and why somebody is not any more."""
    from kommit.bootstrap.events import webhooks_desk  # noqa: PLC0415 - brings the database

    with webhooks_desk(settings_of(context)) as webhooks:
        for one in webhooks.list_all(agency):
            note = f", disabled: {one.note}" if one.disabled_at else ""
            typer.echo(f"{one.id}: {one.agency_id}, {one.url}, {' '.join(one.events)}{note}")


@app.command("delete")
def delete(context: typer.Context, webhook: Id) -> None:
    """Tell an address no more, and forget its messages."""
    from kommit.bootstrap.events import webhooks_desk  # noqa: PLC0415 - brings the database

    with webhooks_desk(settings_of(context)) as webhooks:
        webhooks.remove(_agency_of(webhooks, webhook), webhook)
    typer.echo(f"{webhook} is told no more")


@app.command("enable")
def enable(context: typer.Context, webhook: Id) -> None:
    """Tell an address again that was disabled."""
    from kommit.bootstrap.events import webhooks_desk  # noqa: PLC0415 - brings the database

    with webhooks_desk(settings_of(context)) as webhooks:
        webhooks.enable(_agency_of(webhooks, webhook), webhook)
    typer.echo(f"{webhook} is told again")


@app.command("test")
def test(context: typer.Context, webhook: Id) -> None:
    """Let a running server send a message that says nothing but that messages arrive."""
    from kommit.bootstrap.events import webhooks_desk  # noqa: PLC0415 - brings the database

    with webhooks_desk(settings_of(context)) as webhooks:
        message = webhooks.test(_agency_of(webhooks, webhook), webhook)
    typer.echo(f"{message.id} waits to be sent")


@app.command("deliveries")
def deliveries(
    context: typer.Context,
    webhook: Id,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="As many at most.")] = 50,
) -> None:
    """List what an address was told, newest first, and what became of it."""
    from kommit.bootstrap.events import webhooks_desk  # noqa: PLC0415 - brings the database

    with webhooks_desk(settings_of(context)) as webhooks:
        for one in webhooks.deliveries(_agency_of(webhooks, webhook), webhook, limit):
            state = "waits" if one.is_pending else "taken" if one.delivered_at else "given up"
            error = f", at last: {one.last_error}" if one.last_error else ""
            typer.echo(f"{one.id}: {one.kind}, {state} after {one.attempts} attempts{error}")


@app.command("redeliver")
def redeliver(
    context: typer.Context,
    webhook: Id,
    delivery: Annotated[UUID, typer.Argument(help="Id of the message.")],
) -> None:
    """Let a running server send a message again, under the same webhook-id."""
    from kommit.bootstrap.events import webhooks_desk  # noqa: PLC0415 - brings the database

    with webhooks_desk(settings_of(context)) as webhooks:
        webhooks.redeliver(_agency_of(webhooks, webhook), webhook, delivery)
    typer.echo(f"{delivery} waits to be sent")


def _agency_of(webhooks: "Webhooks", webhook: UUID) -> str:
    """Return whose webhook it is: who sits at the server may look after everybody's."""
    from booking.domain.outside_errors import WebhookNotFound  # noqa: PLC0415 - loaded by now

    for one in webhooks.list_all():
        if one.id == webhook:
            return one.agency_id
    raise WebhookNotFound(webhook)
