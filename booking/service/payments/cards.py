"""The cards that riders keep with a provider; kommit never sees a number."""

from collections.abc import Sequence
from typing import Protocol

from booking.domain.accounts import Rider
from booking.domain.payments.cards import CardSetup, Customer, KeptCard
from booking.domain.payments.errors import CardsNotTaken, MeansNotFound
from booking.service.ports import Store, UnitOfWork
from booking.service.transactions import in_transaction


class CardKeeper(Protocol):
    """A provider that keeps cards."""

    @property
    def provider(self) -> str:
        """Its name, as a means of payment."""
        ...

    def make_customer(self, rider: Rider) -> str:
        """Return a name under which a rider's cards are kept."""
        ...

    def begin(self, customer: str) -> CardSetup:
        """Begin to keep a card."""
        ...

    def list_cards(self, customer: str) -> Sequence[KeptCard]:
        """Return the cards that are kept."""
        ...

    def remove(self, customer: str, card_id: str) -> None:
        """Keep a card no longer, or raise ``MeansNotFound``."""
        ...


class Cards:
    """Riders' kept cards; without a keeper nothing is kept."""

    def __init__(self, store: Store, keeper: CardKeeper | None) -> None:
        self._store, self._keeper = store, keeper

    def list_of(self, rider: Rider) -> Sequence[KeptCard]:
        """Return the cards that a rider keeps; none where cards are not taken."""
        customer = None if self._keeper is None else self._find(self._keeper, rider)
        if self._keeper is None or customer is None:
            return ()
        return self._keeper.list_cards(customer.reference)

    def begin(self, rider: Rider) -> CardSetup:
        """Begin to keep a card.

        Raises
        ------
        CardsNotTaken, PaymentUnavailable
            If there is no provider, or it gives no answer.
        """
        if self._keeper is None:
            raise CardsNotTaken
        return self._keeper.begin(self._customer(self._keeper, rider).reference)

    def remove(self, rider: Rider, card_id: str) -> None:
        """Keep a card no longer.

        Raises
        ------
        MeansNotFound
            If the rider keeps no such card.
        """
        customer = None if self._keeper is None else self._find(self._keeper, rider)
        if self._keeper is None or customer is None:
            raise MeansNotFound("you keep no such card here")
        self._keeper.remove(customer.reference, card_id)

    def _find(self, keeper: CardKeeper, rider: Rider) -> Customer | None:
        with self._store.read() as uow:
            return uow.providers.find_customer(rider.id, keeper.provider)

    def _customer(self, keeper: CardKeeper, rider: Rider) -> Customer:
        """Return the rider's name there; of two requests that make one, the first wins."""
        found = self._find(keeper, rider)
        if found is not None:
            return found
        made = Customer(rider.id, keeper.provider, keeper.make_customer(rider))

        def work(uow: UnitOfWork) -> Customer:
            if uow.providers.add_customer(made):
                return made
            return uow.providers.find_customer(rider.id, keeper.provider) or made

        return in_transaction(self._store, work)
