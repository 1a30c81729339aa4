"""Which vehicles besides those of the timetable a rider takes."""

from dataclasses import dataclass
from typing import Final

from routing.sharing.stock import RentalClass
from routing.street.profile import Profile


@dataclass(frozen=True, slots=True)
class VehicleWishes:
    """Which shared vehicles are taken, which own one, and how long a way with them may be."""

    rentals: bool = True
    """Whether vehicles are rented at all."""
    form_factors: frozenset[str] | None = None
    """Only these, as in GBFS; None: any."""
    only_systems: frozenset[str] | None = None
    banned_systems: frozenset[str] = frozenset()
    own: Profile | None = None
    """The rider's own vehicle, at the origin: ``BICYCLE``, ``CARGO_BICYCLE`` or ``CAR``."""
    max_s: int = 20 * 60
    """A way with a vehicle to the first stop or from the last, and a rental from door to door,
    takes no longer, what is walked included."""
    max_direct_s: int = 2 * 3600
    """Nor does a way from door to door with the own vehicle."""

    def takes(self, rental: RentalClass) -> bool:
        """Say whether the vehicles of a class are taken."""
        system = rental.system.id
        return (
            self.rentals
            and (self.form_factors is None or rental.type.form_factor in self.form_factors)
            and (self.only_systems is None or system in self.only_systems)
            and system not in self.banned_systems
        )


USUAL: Final = VehicleWishes()
