"""C02: which looks at one ticket cannot have been of the same people."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.inspections import (
    FlagKind,
    Inspection,
    SpeedLimit,
    Verdict,
    coarse,
    double_uses,
)
from booking.tickets.figures import DOUBLE_USE
from tests.booking.trips import EIGHT, ORDER_ID

SENDEN, MUENSTER = (51.86, 7.48), (51.96, 7.63)
"""15 km apart."""


def look(
    number: int,
    minute: float,
    place: tuple[float, float] | None,
    device: str = "",
    order: UUID | None = ORDER_ID,
) -> Inspection:
    at = EIGHT + timedelta(minutes=minute)
    lat, lon = place or (None, None)
    name = device or f"device {number}"
    return Inspection(
        UUID(int=number), UUID(int=9), name, at, at, Verdict.ACCEPTED, "", order, 1, lat, lon
    )


def test_one_ticket_in_two_towns_within_two_minutes() -> None:
    first, second = look(1, 0, SENDEN), look(2, 2, MUENSTER)
    (flag,) = double_uses([second, first], DOUBLE_USE)
    assert (flag.kind, flag.order_id) == (FlagKind.DOUBLE_USE, ORDER_ID)
    assert flag.inspections == (first, second)
    assert flag.distance_km == pytest.approx(15.1, abs=0.2), "haversine"


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (look(2, 10, MUENSTER), "an express train could have carried them"),
        (look(2, 2, SENDEN), "the same place"),
        (look(2, 0, (51.87, 7.49)), "neighbouring squares of the coarse grid"),
        (look(2, 2, MUENSTER, "device 1"), "one inspector's device: its position jumped"),
        (look(2, 2, MUENSTER, order=UUID(int=3)), "another ticket"),
        (look(2, 2, None), "no position"),
    ],
)
def test_what_is_no_double_use(second: Inspection, why: str) -> None:
    assert double_uses([look(1, 0, SENDEN), second], DOUBLE_USE) == [], why


def test_a_ticket_without_a_genuine_code_is_not_compared() -> None:
    forged = [look(1, 0, SENDEN, order=None), look(2, 1, MUENSTER, order=None)]
    assert double_uses(forged, DOUBLE_USE) == []


def test_a_copy_that_wanders_is_flagged_each_time() -> None:
    looks = [look(n, n, MUENSTER if n % 2 else SENDEN) for n in range(4)]
    assert len(double_uses(looks, DOUBLE_USE)) == 3


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 20)), max_size=12))
def test_riders_within_the_limit_are_never_flagged(hops: list[tuple[int, int]]) -> None:
    """Whoever goes 20 hundredths of a degree north at most takes ten minutes for it."""
    minute, lat, looks = 0.0, 50.0, []
    for number, (wait_s, hop) in enumerate(hops):
        minute, lat = minute + wait_s / 60 + 10, lat + hop / 100
        looks.append(look(number, minute, (coarse(lat), 7.0)))
    assert double_uses(looks, SpeedLimit(160, 3)) == []


def test_positions_are_coarse() -> None:
    assert coarse(51.85678) == 51.86
    assert coarse(None) is None
