"""How the command line tells what went wrong: one plain line, and how it left the shell.

Exit codes: 0 done, 1 refused or failed, 2 the command was not understood.
"""

import sys
from collections.abc import Iterator
from typing import Any, Final

import typer
from typer.core import TyperGroup

FAILED: Final = 1
MISUSED: Final = 2

ROOTS: Final = (
    ("kommit.cli.errors", "CliError"),
    ("kommit.settings", "SettingsError"),
    ("kommit.bootstrap.errors", "BootError"),
    ("kommit.api.errors", "ApiError"),
    ("kommit.regions.errors", "RegionError"),
    ("feeds.errors", "FeedsError"),
    ("booking.domain.errors", "BookingError"),
    ("booking.service.ports", "StoreUnavailable"),
    ("booking.tickets.errors", "TicketError"),
)
"""Roots of the error trees whose text is meant for people."""


class CliError(Exception):
    """The command cannot do what was asked; ``str`` of it is a plain sentence."""


class PlainErrors(TyperGroup):
    """A group of commands that fails with one line on standard error, unless ``--debug``."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; turn its errors into a line and an exit code."""
        try:
            return super().invoke(ctx)
        except (typer.TyperException, typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            typer.secho(f"kommit: {_line(error)}", fg=typer.colors.RED, err=True)
            raise typer.Exit(FAILED) from None


def _line(error: Exception) -> str:
    if isinstance(error, tuple(_known())):
        return " ".join(str(error).split())
    if isinstance(error, OSError):
        return f"{error.filename or 'the system'}: {error.strerror or error}"
    return f"an unexpected {type(error).__name__}: {error} (more with: kommit --debug …)"


def _known() -> Iterator[type[Exception]]:
    """Yield the roots that are loaded; an error of another one cannot have been raised."""
    for module, name in ROOTS:
        if module in sys.modules:
            yield getattr(sys.modules[module], name)
