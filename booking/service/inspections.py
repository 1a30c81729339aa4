"""Inspections: handed in as a batch by inspectors' devices, and what does not fit among them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from booking.domain.audit import AuditKind
from booking.domain.inspections import (
    Flag,
    FlagKind,
    Inspection,
    Verdict,
    coarse,
    double_uses,
)
from booking.domain.staff import StaffMember
from booking.service.ports import Store, UnitOfWork
from booking.service.tickets import Tickets
from booking.service.transactions import in_transaction
from booking.tickets.errors import TicketError
from booking.tickets.figures import DOUBLE_USE, FLAGS_LOOK_BACK, INSPECTIONS_KEPT
from kommit.kit.clock import Clock

MOST_COMPARED: Final = 20_000
"""Inspections that are looked through for flags, the newest first."""


class Look(NamedTuple):
    """One look at one ticket, as an inspector's device tells it."""

    id: UUID
    ticket: bytes
    at: datetime
    verdict: Verdict
    reason: str
    device: str
    lat: float | None = None
    lon: float | None = None


class HandedIn(NamedTuple):
    """How many of a batch were new, and how many were known already."""

    new: int
    known: int


@dataclass(frozen=True)
class Inspections:
    """What inspectors saw."""

    store: Store
    clock: Clock
    tickets: Tickets

    def hand_in(self, inspector: StaffMember, looks: Sequence[Look]) -> HandedIn:
        """Keep a batch, all of it or nothing; one that is handed in again changes nothing."""
        now = self.clock.now()
        inspections = [self._inspection(inspector, look, now) for look in looks]

        def work(uow: UnitOfWork) -> int:
            new = [each for each in inspections if uow.inspections.add(each)]
            for each in new:
                uow.audit.append(AuditKind.TICKET_INSPECTED, _subject(each), _body(each), now)
            return len(new)

        new = in_transaction(self.store, work)
        return HandedIn(new, len(looks) - new)

    def flags(self) -> list[Flag]:
        """Return what does not fit among the inspections of the last day."""
        since = self.clock.now() - FLAGS_LOOK_BACK
        with self.store.read() as uow:
            found = uow.inspections.list_since(since, MOST_COMPARED)
            revoked = uow.revocations.list_current(since)
        revoked_at = {(each.order_id, each.version): each.at for each in revoked}
        return [*double_uses(found, DOUBLE_USE), *_wrongly_accepted(found, revoked_at)]

    def drop_old(self) -> int:
        """Remove inspections that nobody needs to look into any more; return how many."""
        before = self.clock.now() - INSPECTIONS_KEPT
        return in_transaction(self.store, lambda uow: uow.inspections.drop(before))

    def _inspection(self, inspector: StaffMember, look: Look, now: datetime) -> Inspection:
        try:
            ticket = self.tickets.read(look.ticket)
        except TicketError:
            ticket = None
        return Inspection(
            id=look.id,
            inspector_id=inspector.id,
            device=look.device,
            at=min(look.at, now),  # a device's clock may be fast
            received_at=now,
            verdict=look.verdict,
            reason=look.reason,
            order_id=ticket.order_id if ticket else None,
            ticket_version=ticket.version if ticket else None,
            lat=coarse(look.lat),
            lon=coarse(look.lon),
        )


def _subject(inspection: Inspection) -> str:
    return f"order:{inspection.order_id}" if inspection.order_id else f"code:{inspection.id}"


def _body(inspection: Inspection) -> dict[str, str | int | None]:
    """Return what the audit log keeps: no place, since it is kept for longer than places are."""
    return {
        "inspection": str(inspection.id),
        "inspector": str(inspection.inspector_id),
        "at": inspection.at.isoformat(),
        "verdict": inspection.verdict,
        "reason": inspection.reason,
        "version": inspection.ticket_version,
    }


def _wrongly_accepted(
    inspections: Iterable[Inspection], revoked_at: dict[tuple[UUID, int], datetime]
) -> list[Flag]:
    """Return a flag for each ticket that was accepted and should not have been."""
    flags = []
    for each in inspections:
        if each.verdict is not Verdict.ACCEPTED:
            continue
        if each.order_id is None or each.ticket_version is None:
            flags.append(Flag(FlagKind.ACCEPTED_FORGED, None, (each,)))
            continue
        since = revoked_at.get((each.order_id, each.ticket_version))
        if since is not None and since <= each.at:
            flags.append(Flag(FlagKind.ACCEPTED_REVOKED, each.order_id, (each,)))
    return flags
