"""How far a long piece of work is: the worker tells, whoever watches shows it."""

from typing import Protocol


class Progress(Protocol):
    """Hears of the steps of a long piece of work; the CLI draws bars from it."""

    def step(self, name: str) -> None:
        """Hear that the step ``name`` begins, a short phrase such as ``reading stop_times.txt``."""
        ...

    def advance(self, done: int, total: int) -> None:
        """Hear that ``done`` of ``total`` units of the present step are done; 0: nobody knows."""
        ...


class Silent:
    """The progress that nobody watches."""

    def step(self, name: str) -> None:
        """Ignore the step."""

    def advance(self, done: int, total: int) -> None:
        """Ignore the advance."""


SILENT = Silent()
"""Default wherever a ``Progress`` is asked for."""
