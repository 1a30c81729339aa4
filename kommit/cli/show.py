"""What is shown on a terminal: progress, findings, tables.

Data goes to standard output, the rest to standard error, so that answers can be piped.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from feeds.report import Findings, Severity

out = Console()
err = Console(stderr=True)

COLORS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


class Bar:
    """A ``feeds.progress.Progress`` that a person watches."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("starting", total=None)

    def step(self, name: str) -> None:
        """Show the next step."""
        self._progress.update(self._task, description=name, completed=0, total=None)

    def advance(self, done: int, total: int) -> None:
        """Show how far the step is; a total of 0 is not known."""
        self._progress.update(self._task, completed=done, total=total or None)


@contextmanager
def progress_bar() -> Iterator[Bar]:
    """Show a bar while the block runs; nothing where nobody watches."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        yield Bar(progress)


def table(*headings: str, title: str | None = None) -> Table:
    """Return an empty table."""
    return Table(*headings, title=title, title_justify="left")


def add_row(to: Table, *cells: object) -> None:
    """Add a row; nothing in it is read as markup."""
    to.add_row(*(Text(str(cell)) for cell in cells))


def facts(title: str, rows: Iterable[tuple[str, object]]) -> Table:
    """Return a table of names and values."""
    made = Table(show_header=False, title=title, title_justify="left")
    for name, value in rows:
        add_row(made, name, value)
    return made


def print_findings(name: str, findings: Findings) -> None:
    """Show what was found in a feed, errors first."""
    shown = table("severity", "where", "what", title=name)
    for severity in Severity:
        for one in findings:
            if one.severity is severity:
                where = " ".join(filter(None, (one.file, f"line {one.row}" if one.row else "")))
                shown.add_row(
                    Text(str(severity), style=COLORS[severity]), Text(where), Text(one.message)
                )
    if shown.row_count:
        out.print(shown)
    out.print(
        f"{findings.count(Severity.ERROR)} errors, {findings.count(Severity.WARNING)} warnings, "
        f"{findings.count(Severity.INFO)} remarks"
    )
