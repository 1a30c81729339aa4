"""What one profile may use of the streets: a directed graph of *states*, joined by *arcs*.

People on foot and on bicycles turn as they like, so their states are the junctions, with the same
numbers as in the graph; where a barrier closes a junction, each directed way that leaves it has a
further state of its own, to which no arc leads. For cars a state is a *directed way* that has just
been turned into, so that forbidden turns, turning round and the time that turns take are arcs that
are missing or cost more. Searches see states and arcs only; where a point stands in the network,
``routing.street.ends`` knows.

A *directed way* is ``segment * 2``, plus 1 against the shape of the segment.
"""

from typing import NamedTuple

from routing.street.graph import I32, U8


class Net(NamedTuple):
    """One profile's network: N states, A arcs, G segments.

    Costs are effective decimetres of the profile (``routing.street.profile``).
    """

    arc_ptr: I32
    """(N+1,) where the arcs leaving each state start."""
    arc_target: I32
    """(A,) state that the arc leads to."""
    arc_cost: I32
    """(A,) at least 1; includes waiting at the junction it leads to, and the turn made there."""
    arc_way: I32
    """(A,) directed way ridden along."""
    back_ptr: I32
    """(N+1,) where the arcs that lead to each state start."""
    back_source: I32
    """(A,) state that the arc leaves."""
    back_cost: I32
    """(A,) its cost."""
    back_way: I32
    """(A,) directed way ridden along."""
    way_cost: I32
    """(2G,) cost of each directed way from end to end, or ``CLOSED``."""
    way_tail: I32
    """(2G,) state at the beginning of each directed way, -1 where it is closed: its junction, or
    the state of the way itself."""
    segment_usable: U8
    """(G,) 1 where journeys may start and end: usable, and part of a network, not an island."""

    @property
    def n_states(self) -> int:
        """Number of states."""
        return int(self.arc_ptr.size - 1)
