"""Findings: what is wrong with a feed, where, and how to put it right."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

KEPT_PER_CODE: Final = 25
"""Findings of one code that are kept word for word; the others are only counted."""


class Severity(StrEnum):
    """What a finding means for the use of the feed."""

    ERROR = "error"
    """The feed cannot be used."""
    WARNING = "warning"
    """Something was left out or read in a kinder way than it is written."""
    INFO = "info"
    """Nothing is lost, but the author may want to know."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on a feed."""

    severity: Severity
    code: str
    """Stable slug of the kind of finding, such as ``dangling-reference``."""
    message: str
    """A plain sentence: what is wrong, what became of it, how to put it right."""
    file: str | None = None
    row: int | None = None
    """1-based line of the file on which the row begins; the header is line 1."""
    field: str | None = None

    def __str__(self) -> str:
        where = ", ".join(
            part
            for part in (self.file, f"line {self.row}" if self.row else None, self.field)
            if part
        )
        return f"{where}: {self.message}" if where else self.message

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON-able values."""
        return {
            "severity": str(self.severity),
            "code": self.code,
            "file": self.file,
            "row": self.row,
            "field": self.field,
            "message": self.message,
        }


class Findings:
    """Collects findings: counts all, keeps the first ``kept_per_code`` of each code."""

    def __init__(self, kept_per_code: int = KEPT_PER_CODE) -> None:
        self._kept_per_code = kept_per_code
        self._kept: list[Finding] = []
        self._counts: Counter[tuple[Severity, str]] = Counter()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._kept)

    def __len__(self) -> int:
        return self._counts.total()

    def __bool__(self) -> bool:
        return len(self) > 0

    def add(self, finding: Finding) -> None:
        """Count ``finding``, and keep it while there are few of its code."""
        self._count(finding.severity, finding.code, 1)
        if self._room(finding.severity, finding.code) >= 0:
            self._kept.append(finding)

    def error(self, code: str, message: str, file: str | None = None, **where: Any) -> None:
        """Add an error; ``where`` takes ``row`` and ``field``."""
        self.add(Finding(Severity.ERROR, code, message, file, **where))

    def warn(self, code: str, message: str, file: str | None = None, **where: Any) -> None:
        """Add a warning; ``where`` takes ``row`` and ``field``."""
        self.add(Finding(Severity.WARNING, code, message, file, **where))

    def info(self, code: str, message: str, file: str | None = None, **where: Any) -> None:
        """Add a remark; ``where`` takes ``row`` and ``field``."""
        self.add(Finding(Severity.INFO, code, message, file, **where))

    def add_rows(
        self,
        severity: Severity,
        code: str,
        message: str,
        file: str,
        rows: Iterable[int],
        values: Iterable[object] | None = None,
        field: str | None = None,
    ) -> None:
        """Add one finding for each of many rows.

        Parameters
        ----------
        message
            May contain ``{value}``, which is replaced by the row's entry of ``values``.
        rows
            Lines of the file; may be any length, only the first few become objects.
        values
            As long as ``rows``.
        """
        rows = list(rows)
        room = self._kept_per_code - self._counts[severity, code]
        shown = [None] * len(rows) if values is None else values
        for row, value in zip(rows[: max(room, 0)], shown, strict=False):
            text = message.format(value=_short(value))
            self._kept.append(Finding(severity, code, text, file, int(row), field))
        self._count(severity, code, len(rows))

    def count(self, severity: Severity | None = None, code: str | None = None) -> int:
        """Return how many findings there are, of a severity or a code where one is given."""
        return sum(
            n
            for (severity_, code_), n in self._counts.items()
            if severity in (None, severity_) and code in (None, code_)
        )

    @property
    def has_errors(self) -> bool:
        """Whether the feed must not be used."""
        return self.count(Severity.ERROR) > 0

    def first_error(self) -> str:
        """Return the first error as a sentence, and how many more there are."""
        errors = [str(finding) for finding in self if finding.severity is Severity.ERROR]
        more = self.count(Severity.ERROR) - 1
        return errors[0] + (f" (and {more} more)" if more > 0 else "") if errors else "no errors"

    def to_json(self) -> dict[str, Any]:
        """Return counts of everything and the findings that were kept."""
        return {
            "errors": self.count(Severity.ERROR),
            "warnings": self.count(Severity.WARNING),
            "infos": self.count(Severity.INFO),
            "codes": [
                {"severity": str(severity), "code": code, "count": n}
                for (severity, code), n in self._counts.items()
                if n
            ],
            "findings": [finding.to_json() for finding in self],
        }

    def _count(self, severity: Severity, code: str, n: int) -> None:
        if n:
            self._counts[severity, code] += n

    def _room(self, severity: Severity, code: str) -> int:
        return self._kept_per_code - self._counts[severity, code]


def _short(value: object, limit: int = 60) -> str:
    text = str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
