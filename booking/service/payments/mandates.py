"""Riders' SEPA mandates: sign, look at, revoke."""

from collections.abc import Sequence
from uuid import UUID

from booking.domain.payments.errors import MeansNotFound
from booking.domain.payments.mandates import Mandate, MandateState
from booking.service.ports import Store, UnitOfWork
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7


class Mandates:
    """The riders' mandates; each rider has at most one that may be used."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def sign(self, rider_id: UUID, iban: str, holder: str) -> Mandate:
        """Give a mandate; one that was given before is revoked by it.

        Raises
        ------
        BadBankDetails
            If no bank would take them.
        """
        mandate = Mandate.sign(uuid7(), rider_id, iban, holder, self._clock.now())

        def work(uow: UnitOfWork) -> Mandate:
            before = uow.mandates.find_active(rider_id)
            if before is not None:
                uow.mandates.save(before.ended(MandateState.REVOKED))
            uow.mandates.add(mandate)
            return mandate

        return in_transaction(self._store, work)

    def list_of(self, rider_id: UUID) -> Sequence[Mandate]:
        """Return a rider's mandates, the newest first."""
        with self._store.read() as uow:
            return uow.mandates.list_of(rider_id)

    def revoke(self, rider_id: UUID, reference: str) -> None:
        """Take a mandate back; doing it twice is fine. What is owed stays owed.

        Raises
        ------
        MeansNotFound
            If there is none of this reference, or it is somebody else's.
        """

        def work(uow: UnitOfWork) -> None:
            mandate = uow.mandates.find_by_reference(reference)
            if mandate is None or mandate.rider_id != rider_id:
                raise MeansNotFound("there is no such mandate")
            uow.mandates.save(mandate.ended(MandateState.REVOKED))

        in_transaction(self._store, work)
