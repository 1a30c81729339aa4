"""Compile every kernel of streets once per machine, with a message, so that no rider waits."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from routing.jit import are_cached
from routing.street.build import build_network
from routing.street.ends import origins
from routing.street.graph import StreetClass
from routing.street.hierarchy import build_hierarchy
from routing.street.instructions import instructions
from routing.street.longways import LongWays
from routing.street.profile import Profile
from routing.street.router import StreetRouter
from routing.street.snap import snap
from routing.street.sweep import sweep
from routing.street.ways import Ways, WheelchairState

MESSAGE: Final = "Compiling the street search for this machine: once, about half a minute …"

LAT: Final = np.array([50.0, 50.001, 50.001, 50.001])
LON: Final = np.array([8.0, 8.0, 8.0, 8.001])


def warm_up_streets(notify: Callable[[str], None] = lambda _: None) -> None:
    """Load every kernel of the street search, compiled first where it was not before.

    Parameters
    ----------
    notify
        Is told, before the wait begins, that kernels are to be compiled.
    """
    if not are_cached(Path(__file__).parent):
        notify(MESSAGE)
    network = build_network(_two_streets())
    profile = Profile.BICYCLE
    graph, net = network.graph, network.nets[profile]
    plain = StreetRouter(network, profile, LAT[:1], LON[:1])
    plain.reach(float(LAT[3]), float(LON[3]), 600)
    hierarchy = build_hierarchy(net, graph.segment_length_dm)
    long = LongWays(network, profile, hierarchy)
    ends = (float(LAT[0]), float(LON[0])), (float(LAT[3]), float(LON[3]))
    plain.path(*ends, 600)
    path = long.path(*ends, 600)
    if path is not None:
        instructions(network, profile, path)
    long.table((LAT, LON), (LAT, LON))
    sweep(hierarchy, origins(graph, net, snap(graph, net.segment_usable, LAT[:1], LON[:1])))


def _two_streets() -> Ways:
    """Return the smallest map there is: two streets that meet."""
    nothing = np.empty(0, np.int64)
    return Ways(
        point_ptr=np.array([0, 2, 4]),
        point_id=np.array([1, 2, 2, 3]),
        point_lat=LAT,
        point_lon=LON,
        point_height=np.full(4, np.nan, np.float32),
        way_id=np.array([1, 2]),
        street_class=np.full(2, StreetClass.RESIDENTIAL, np.uint8),
        flags=np.zeros(2, np.uint8),
        name=np.full(2, -1, np.int32),
        wheelchair=np.full(2, WheelchairState.ASSUMED, np.uint8),
        stretch=np.ones((2, 2, len(Profile)), np.float32),
        barrier_id=nothing,
        barrier_closed=np.empty(0, np.uint8),
        barrier_wait_s=np.empty((0, len(Profile)), np.float32),
        turn_from=nothing,
        turn_via=nothing,
        turn_to=nothing,
        turn_kind=np.empty(0, np.uint8),
    )
