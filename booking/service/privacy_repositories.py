"""What is kept of persons, across all tables, as a protocol; ``booking.adapters`` keeps it."""

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID


class PersonalRepository(Protocol):
    """Looks at one rider in every table at once."""

    def lock(self, rider_id: UUID) -> None:
        """Make others that sign in or remove the rider wait; raise ``NotSignedIn`` if gone."""
        ...

    def everything(self, rider_id: UUID) -> dict[str, Any]:
        """Return every row about a rider, by what it is about, as JSON can say it; no secrets."""
        ...

    def open_ends(self, rider_id: UUID, now: datetime) -> list[str]:
        """Return in plain sentences what is not over between a rider and us."""
        ...

    def erase(self, rider_id: UUID, decimals: int) -> None:
        """Remove what leads to a person, or put a pseudonym in its place."""
        ...

    def blur(self, before: datetime, decimals: int, limit: int) -> int:
        """Make doors of journeys that were over by then coarse; return of how many orders."""
        ...
