"""The streets of an image: built from the map, stored, and walked between stops."""

from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from feeds.gtfs.compile import Walks
from feeds.gtfs.transfers import Edges
from feeds.osm.errors import StreetsUnreadable
from feeds.osm.read import Streets
from feeds.progress import SILENT, Progress
from routing.store import load_arrays, save_arrays
from routing.street.build import build_network
from routing.street.footpaths import footpaths
from routing.street.graph import CLOSED, StreetGraph
from routing.street.hierarchy import Hierarchy, build_hierarchies
from routing.street.net import Net
from routing.street.network import StreetNetwork
from routing.street.profile import Profile

F64 = npt.NDArray[np.float64]

WALK_BUDGET_S: Final = 10 * 60
"""Riders change between stops that are no further apart than this on foot."""
OSM_ATTRIBUTION: Final = "© OpenStreetMap contributors (ODbL)"


NETS: Final = "nets"
"""Folder of the nets within that of the streets, one folder a profile."""
HIERARCHIES: Final = "hierarchies"
"""Folder of their hierarchies, one folder a profile."""


class Built(NamedTuple):
    """Which profiles have a hierarchy."""

    profile: npt.NDArray[np.uint8]
    """(P,) ascending."""


def compile_streets(streets: Streets, progress: Progress = SILENT) -> StreetNetwork:
    """Return the network of streets; what it finds joins the findings of the map.

    Raises
    ------
    StreetsUnreadable
        If nobody can walk on any of them.
    """
    progress.step("building the street network")
    network = with_hierarchies(build_network(streets.ways))
    if not network.nets[Profile.FOOT].segment_usable.any():
        raise StreetsUnreadable("the extract has no street that can be walked on")
    for profile, net in network.nets.items():
        on_islands = int((is_open(net) & (net.segment_usable == 0)).sum())
        if on_islands:
            who = profile.name.lower().replace("_", " ")
            streets.findings.warn(
                "street-island",
                f"{on_islands} pieces of street ({who}) are not joined to the street network;"
                " journeys neither start nor end there. Join them in OpenStreetMap if they should"
                " be reachable",
                who,
            )
    return network


def is_open(net: Net) -> npt.NDArray[np.bool_]:
    """Return (G,) which segments a profile may use in any direction."""
    return np.asarray(net.way_cost.reshape(-1, 2).min(axis=1) < CLOSED)


def with_hierarchies(network: StreetNetwork) -> StreetNetwork:
    """Return the network with what finds long ways at once."""
    lengths = network.graph.segment_length_dm
    return replace(network, hierarchies=build_hierarchies(network.nets, lengths))


def save_streets(network: StreetNetwork, folder: Path) -> None:
    """Write the network to a folder."""
    save_arrays(network.graph, folder)
    for profile, net in network.nets.items():
        save_arrays(net, folder / NETS / profile.name.lower())
    built = np.array(sorted(network.hierarchies), np.uint8)
    save_arrays(Built(built), folder / HIERARCHIES)
    for profile, hierarchy in network.hierarchies.items():
        save_arrays(hierarchy, folder / HIERARCHIES / profile.name.lower())


def load_streets(folder: Path) -> StreetNetwork:
    """Map what ``save_streets`` wrote."""
    nets = {profile: load_arrays(Net, folder / NETS / profile.name.lower()) for profile in Profile}
    built = map(Profile, load_arrays(Built, folder / HIERARCHIES).profile.tolist())
    hierarchies = {
        profile: load_arrays(Hierarchy, folder / HIERARCHIES / profile.name.lower())
        for profile in built
    }
    return StreetNetwork(load_arrays(StreetGraph, folder), nets, hierarchies)


def walks_on(network: StreetNetwork, progress: Progress = SILENT) -> Walks:
    """Return the walks between stops that ``network`` allows within ``WALK_BUDGET_S``."""

    def walks(lat: F64, lon: F64, boardable: npt.NDArray[np.bool_]) -> Edges:
        stops = np.flatnonzero(boardable)
        progress.step("finding walks between stops")
        ptr, stop, seconds, metres = footpaths(
            network, lat[stops], lon[stops], WALK_BUDGET_S, advance=progress.advance
        )
        origin = np.repeat(stops, np.diff(ptr))
        return Edges(origin, stops[stop], seconds.astype(np.int64), metres.astype(np.int64))

    return walks
