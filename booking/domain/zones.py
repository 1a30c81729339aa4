"""Where a rental of a free-floating vehicle may end: by the same zones as in the search."""

from datetime import datetime

import numpy as np

from booking.domain.fleets import Fleet
from routing.sharing.zones import inside, is_in_force


def may_end(fleet: Fleet, type_id: str, lat: float, lon: float, at: datetime) -> bool:
    """Say whether a vehicle of that type may be left there; the first zone there decides."""
    here, second = (np.array([lat]), np.array([lon])), int(at.timestamp())
    for zone in fleet.zones:
        if is_in_force(zone, type_id, second) and any(inside(p, *here)[0] for p in zone.polygons):
            return zone.end_allowed and not zone.station_parking
    return fleet.end_allowed
