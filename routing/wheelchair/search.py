"""The timetable search with the transfers that a wheelchair can make; no kernel knows of it."""

from routing.filters import Chair
from routing.timetable import I32
from routing.transit.frame import Frame
from routing.transit.search import TransitSearch
from routing.transit.sifting import Sifter
from routing.wheelchair.transfers import WheelTransfers


class WheelSifter(Sifter):
    """Narrows searches as ever, and gives transfers the times they have in a wheelchair."""

    def __init__(self, frame: Frame, transfers: WheelTransfers) -> None:
        super().__init__(frame)
        self._transfers = transfers

    def _transfers_s(self, chair: Chair) -> I32:
        if chair is Chair.NONE:
            return super()._transfers_s(chair)
        return self._transfers.verified_s if chair is Chair.VERIFIED else self._transfers.usable_s


class WheelTransit(TransitSearch):
    """A timetable search with the transfers of a sifter; all else is shared with another."""

    def __init__(self, plain: TransitSearch, sifter: WheelSifter) -> None:
        vars(self).update(vars(plain))
        self._sifter = sifter
