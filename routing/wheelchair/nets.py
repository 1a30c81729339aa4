"""Streets for a wheelchair: all that it may use, and those of which all is known.

A place is *at* the streets nearest to it on which people walk. Who comes in a wheelchair starts on
those of them that a wheelchair can use, and nowhere else: a stop at the top of stairs is not a stop
of the street at their foot, however near that is on the map.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from routing.street.graph import CLOSED, F64, I32, U8, StreetGraph
from routing.street.net import Net
from routing.street.network import StreetNetwork
from routing.street.profile import Profile
from routing.street.router import StreetRouter
from routing.street.snap import MAX_SNAP_M, Snaps, snap
from routing.street.ways import WheelchairState

VERIFIED_SNAP_M: Final = 50.0
"""Nothing is known of the ground between a place and its street. Up to here it is taken to be the
yard, platform or pavement that the place belongs to; farther off, the way is not verified."""


MOST_CANDIDATES: Final = 8
"""As many as streets meet at a corner: the few that a wheelchair can use may be among the last."""


def verified_network(network: StreetNetwork) -> StreetNetwork:
    """Return the network with the wheelchair's net alone, and of that what is verified.

    Islands count: a verified path between two houses is a way.
    """
    net = network.nets[Profile.WHEELCHAIR]
    known = network.graph.segment_wheelchair == WheelchairState.VERIFIED
    return StreetNetwork(network.graph, {Profile.WHEELCHAIR: _restricted(net, known)})


def _restricted(net: Net, kept: npt.NDArray[np.bool_]) -> Net:
    """Return the net with some of the segments only; states keep their numbers."""
    kept_way = np.repeat(kept, 2)
    ahead, back = kept_way[net.arc_way], kept_way[net.back_way]
    return Net(
        arc_ptr=_pointers(net.arc_ptr, ahead),
        arc_target=net.arc_target[ahead],
        arc_cost=net.arc_cost[ahead],
        arc_way=net.arc_way[ahead],
        back_ptr=_pointers(net.back_ptr, back),
        back_source=net.back_source[back],
        back_cost=net.back_cost[back],
        back_way=net.back_way[back],
        way_cost=np.where(kept_way, net.way_cost, CLOSED).astype(np.int32),
        way_tail=np.where(kept_way, net.way_tail, -1).astype(np.int32),
        segment_usable=np.where(kept, net.segment_usable, 0).astype(np.uint8),
    )


def _pointers(ptr: I32, kept: npt.NDArray[np.bool_]) -> I32:
    before = np.concatenate([[0], np.cumsum(kept)])
    return before[ptr].astype(np.int32)


class WheelRouter(StreetRouter):
    """Answers ways for a wheelchair; places stand at the nearest streets that people walk on."""

    def __init__(
        self,
        network: StreetNetwork,
        walked: U8,
        stop_lat: F64,
        stop_lon: F64,
        most_m: float = MAX_SNAP_M,
    ) -> None:
        self._walked, self._most_dm = walked, 10 * most_m
        super().__init__(network, Profile.WHEELCHAIR, stop_lat, stop_lon)
        self._is_placed = places_on(network.graph, walked, stop_lat, stop_lon)

    @property
    def snapped(self) -> npt.NDArray[np.bool_]:
        """(S,) which stops have any street near them, whether or not a wheelchair can use it."""
        return self._is_placed

    def is_near(self, lat: float, lon: float) -> bool:
        """Say whether there is any street near a point, whether or not a wheelchair can use it."""
        here = np.array([lat]), np.array([lon])
        return bool(places_on(self._graph, self._walked, *here)[0])

    def _snaps(self, lat: F64, lon: F64) -> Snaps:
        near = snap(self._graph, self._walked, lat, lon, most=MOST_CANDIDATES)
        good = (self._net.segment_usable[near.segment] == 1) & (near.distance_dm <= self._most_dm)
        return Snaps(*(column[good] for column in near))


def places_on(graph: StreetGraph, walked: U8, lat: F64, lon: F64) -> npt.NDArray[np.bool_]:
    """Return (N,) which points have a street near them on which people walk."""
    placed = np.zeros(lat.size, np.bool_)
    placed[snap(graph, walked, lat, lon, most=1).owner] = True
    return placed


def usable_router(network: StreetNetwork, stop_lat: F64, stop_lon: F64) -> WheelRouter:
    """Return what finds ways that nothing speaks against."""
    return WheelRouter(network, network.nets[Profile.FOOT].segment_usable, stop_lat, stop_lon)


def verified_router(network: StreetNetwork, stop_lat: F64, stop_lon: F64) -> WheelRouter:
    """Return what finds ways of which all is known."""
    walked = network.nets[Profile.FOOT].segment_usable
    known = verified_network(network)
    return WheelRouter(known, walked, stop_lat, stop_lon, VERIFIED_SNAP_M)
