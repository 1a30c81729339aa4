"""Figures of tickets, boxes and inspections: data in ``figures.json``, each with its source."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Self

from booking.domain.inspections import SpeedLimit


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the code on a phone may be: a screenshot is older than that when it is shown."""

    redraw: timedelta
    """How often the phone draws a new one."""
    max_age: timedelta
    clock_skew: timedelta
    """By how much the clocks of phone and inspector may differ, either way."""

    @property
    def oldest(self) -> timedelta:
        """The greatest age by the inspector's clock that is accepted."""
        return self.max_age + self.clock_skew

    def to_document(self) -> dict[str, int]:
        """Return the figures in whole seconds, as ``/v1/ticket-keys`` tells inspectors."""
        return {
            "redraw_s": self.redraw // SECOND,
            "max_age_s": self.max_age // SECOND,
            "clock_skew_s": self.clock_skew // SECOND,
        }

    @classmethod
    def of_document(cls, document: dict[str, Any]) -> Self:
        """Return the figures of such a document; other fields are passed over."""
        redraw, max_age, clock_skew = (
            timedelta(seconds=int(document[name]))
            for name in ("redraw_s", "max_age_s", "clock_skew_s")
        )
        return cls(redraw, max_age, clock_skew)


SECOND: Final = timedelta(seconds=1)
_FIGURES: Final[dict[str, dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "figures.json").read_text()
)
FRESHNESS: Final = Freshness.of_document(_FIGURES["freshness"])
LIST_RENEWED: Final = timedelta(seconds=_FIGURES["revocation_list"]["renew_s"])
"""A list of revocations keeps its time of issue for so long, so that it need not be sent again."""
LIST_GOOD_FOR: Final = timedelta(seconds=_FIGURES["revocation_list"]["good_for_s"])
KEY_ANNOUNCED: Final = timedelta(days=_FIGURES["key_rotation"]["announced_days"])
"""So long before its first signature a new key is listed."""
MOST_VERSIONS: Final[int] = _FIGURES["phones"]["most_versions"]
"""Tickets that an order may have one after the other by moving it to other phones."""
INSPECTIONS_KEPT: Final = timedelta(days=_FIGURES["inspections"]["kept_days"])
RETURN_WITHIN: Final = timedelta(seconds=_FIGURES["boxes"]["return_within_s"])
DOUBLE_USE: Final = SpeedLimit(
    _FIGURES["double_use"]["fastest_km_h"], _FIGURES["double_use"]["position_error_km"]
)
FLAGS_LOOK_BACK: Final = timedelta(hours=_FIGURES["double_use"]["look_back_h"])
