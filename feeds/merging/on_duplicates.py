"""The choice that operators have about lines that come in two feeds."""

from enum import StrEnum


class OnDuplicates(StrEnum):
    """What becomes of trips that come in two feeds."""

    REPORT = "report"
    """They stay, and the build says so."""
    DROP = "drop"
    """Those of the later feed do not run on the days on which they are in both."""
