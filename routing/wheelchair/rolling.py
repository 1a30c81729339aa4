"""What the planner needs for questions of somebody in a wheelchair; made when first asked for."""

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from routing.filters import Chair
from routing.street.network import StreetNetwork
from routing.timetable import Timetable
from routing.transit.frame import Frame
from routing.transit.search import TransitSearch
from routing.wheelchair.nets import usable_router, verified_router
from routing.wheelchair.search import WheelSifter, WheelTransit
from routing.wheelchair.transfers import WheelTransfers, unknown_transfers
from routing.wheelchair.ways import WheelWays

if TYPE_CHECKING:
    from routing.planner import Planner

FRAMES_KEPT: Final = 2


class Rolling:
    """Ways and transfers of one image for wheelchairs; immutable, safe to share."""

    def __init__(
        self, timetable: Timetable, streets: StreetNetwork | None, transfers: WheelTransfers | None
    ) -> None:
        self._timetable, self._streets = timetable, streets
        self.transfers = transfers or unknown_transfers(timetable)
        self._sifters = lru_cache(FRAMES_KEPT)(self._sifter)

    @cached_property
    def verified(self) -> WheelWays:
        """Ways of which all is known."""
        tt, streets = self._timetable, self._streets
        router = verified_router(streets, tt.stop_lat, tt.stop_lon) if streets else None
        return WheelWays(tt, streets, router, self.transfers)

    @cached_property
    def usable(self) -> WheelWays:
        """Ways that nothing speaks against."""
        tt, streets = self._timetable, self._streets
        router = usable_router(streets, tt.stop_lat, tt.stop_lon) if streets else None
        return WheelWays(tt, streets, router, self.transfers, self.verified)

    def ways(self, chair: Chair) -> WheelWays:
        """Return the ways that a rider takes."""
        return self.verified if chair is Chair.VERIFIED else self.usable

    def search(self, plain: TransitSearch) -> TransitSearch:
        """Return a timetable search with a wheelchair's transfers."""
        return WheelTransit(plain, self._sifters(plain.views.frame))

    def planner(self, planner: "Planner", chair: Chair) -> "Planner":
        """Return a planner for a wheelchair. Nobody rents or rides a vehicle of their own then."""
        other = planner.without_vehicles()
        other.footways, other.transit = self.ways(chair), self.search(planner.transit)
        return other

    def _sifter(self, frame: Frame) -> WheelSifter:
        return WheelSifter(frame, self.transfers)
