"""Which legs an object of a tariff file names."""

from booking.domain.chain import LegMode
from booking.domain.tariff import Scope
from booking.tariffs.figures import Node


def scope_of(node: Node) -> Scope:
    """Return the legs that an object names: those that all of its lists allow."""
    node.only("modes", "agencies", "routes", "services", "systems")
    return Scope(
        node.words("modes", LegMode, "a mode of a leg"),
        node.texts("agencies"),
        node.texts("routes"),
        node.texts("services"),
        node.texts("systems"),
    )
