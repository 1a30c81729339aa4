"""Cards that riders keep with Stripe. Their numbers go from the rider's form to Stripe only."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import stripe
from stripe import HTTPClient, PaymentMethod

from booking.adapters.payments.stripe import RIDER
from booking.adapters.payments.stripe_client import MEANS, PAGE, ask, client_of
from booking.domain.accounts import Rider
from booking.domain.errors import PaymentUnavailable
from booking.domain.payments.cards import CardSetup, KeptCard
from booking.domain.payments.errors import MeansNotFound

T = TypeVar("T")


class StripeCards:
    """See ``booking.service.payments.cards.CardKeeper``."""

    provider = MEANS

    def __init__(
        self, api_key: str, api_base: str | None = None, http_client: HTTPClient | None = None
    ) -> None:
        self._client = client_of(api_key, api_base, http_client)

    def make_customer(self, rider: Rider) -> str:
        """Return a name under which the rider's cards are kept; Stripe learns no address."""
        customers, key = self._client.v1.customers, f"{rider.id}:customer"
        made = ask(
            lambda: customers.create({"metadata": {RIDER: str(rider.id)}}, {"idempotency_key": key})
        )
        return made.id

    def begin(self, customer: str) -> CardSetup:
        """Begin to keep a card: the rider's form ends it with the client secret."""
        intents = self._client.v1.setup_intents
        made = ask(lambda: intents.create({"customer": customer, "usage": "on_session"}))
        return CardSetup(made.id, made.client_secret or "")

    def list_cards(self, customer: str) -> Sequence[KeptCard]:
        """Return the cards that are kept."""
        methods = self._client.v1.payment_methods
        found = ask(lambda: methods.list({"customer": customer, "type": "card", "limit": PAGE}))
        return [_kept(method) for method in found.data if method.card]

    def remove(self, customer: str, card_id: str) -> None:
        """Keep a card no longer.

        Raises
        ------
        MeansNotFound
            If it is not one of this customer's.
        """
        methods = self._client.v1.payment_methods
        method = _known(lambda: methods.retrieve(card_id))
        kept = method.customer
        if (kept if isinstance(kept, str) or kept is None else kept.id) != customer:
            raise MeansNotFound("you keep no such card here")
        ask(lambda: methods.detach(card_id))


def _known(question: Callable[[], T]) -> T:
    """Ask for one object, or raise ``MeansNotFound``."""
    try:
        return ask(question)
    except PaymentUnavailable as error:
        if isinstance(error.__cause__, stripe.InvalidRequestError):
            raise MeansNotFound("you keep no such card here") from error
        raise


def _kept(method: PaymentMethod) -> KeptCard:
    card = method.card
    if card is None:
        raise ValueError(f"{method.id} is no card")
    return KeptCard(method.id, card.brand, card.last4 or "", card.exp_month, card.exp_year)
