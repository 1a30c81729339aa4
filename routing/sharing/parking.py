"""Where riders may leave a vehicle of their own and go on by other means: B+R and P+R."""

from dataclasses import dataclass

from routing.street.profile import Profile


@dataclass(frozen=True, slots=True)
class Parking:
    """A place to park, as the region or the map names it."""

    id: str
    name: str
    lat: float
    lon: float
    profile: Profile
    """Whose: ``BICYCLE``, ``CARGO_BICYCLE``, ``SCOOTER`` or ``CAR``."""
    capacity: int | None = None
    """Places in all; None: unknown, and believed to be enough. 0: closed."""
    free: int | None = None
    """Places free now, where that is counted."""

    @property
    def has_room(self) -> bool:
        """Whether somebody may expect to find a place."""
        return (self.capacity if self.free is None else self.free) != 0
