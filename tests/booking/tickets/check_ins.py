"""Documents of somebody who is checked in."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from booking.tickets.check_in import CheckInDocument

TRIP = UUID("018f5b9a-0000-7000-8000-000000000001")


def checked_in(now: datetime, **changed: Any) -> CheckInDocument:
    """Two adults and a child who got on three minutes ago."""
    return CheckInDocument(
        **{
            "trip_id": TRIP,
            "since": now - timedelta(minutes=3),
            "issued_at": now,
            "valid_until": now + timedelta(minutes=5),
            "lat": 51.8576,
            "lon": 7.4905,
            "place": "Senden, Mahnmal",
            "adults": 2,
            "children": 1,
            "bicycle": True,
        }
        | changed
    )
