"""Offers: what may be sold now, at which price, promised until when, and sealed for the rider.

Invariants: nothing is stored, a token carries everything; an offer never outlives the moment until
which its rides can be booked; what a token says is what we once said.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from booking.domain.chain import Chain
from booking.domain.errors import NotOnSale, OfferExpired
from booking.domain.offers import Offer, Price
from booking.domain.orders import deadline
from booking.domain.passengers import Passenger, PassengerCategory
from booking.domain.spending import NOTHING_SPENT, Spending
from booking.service.ports import Pricer
from booking.service.sealing import Seal
from booking.service.tickets import check_fits
from booking.service.token_content import pack_chain, pack_offer, unpack_chain, unpack_offer
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

VALIDITY: Final = timedelta(minutes=10)
"""How long a price is promised: time to read, sign in and decide."""
ONE_ADULT: Final = (Passenger(PassengerCategory.ADULT, 0),)


class Offers:
    """Makes offers and opens what it sealed.

    Parameters
    ----------
    secret
        At least 32 random bytes, the same in every process; see ``booking.service.sealing``.
    pricer
        Says what a chain costs.
    validity
        How long a price is promised at most.
    """

    def __init__(
        self,
        secret: bytes,
        pricer: Pricer,
        clock: Clock,
        *,
        validity: timedelta = VALIDITY,
    ) -> None:
        self._chains, self._offers = Seal(secret, "journey"), Seal(secret, "offer")
        self._pricer, self._clock, self._validity = pricer, clock, validity

    def seal_chain(self, chain: Chain) -> str:
        """Return the token by which a client names a chain that we found."""
        return self._chains.close(pack_chain(chain))

    def open_chain(self, token: str) -> Chain:
        """Return the chain of a token, or raise ``OfferForged``."""
        return unpack_chain(self._chains.open(token))

    def quote(
        self,
        chain: Chain,
        passengers: Sequence[Passenger] = ONE_ADULT,
        spending: Spending = NOTHING_SPENT,
    ) -> Price:
        """Return what a chain costs, whether or not it can be booked at this moment.

        Raises
        ------
        NotOnSale
            If nobody is paid for it, the group is too big or empty, or no product sells a leg.
        """
        return self._pricer.price(chain, passengers, spending)

    def make(
        self, chain: Chain, passengers: Sequence[Passenger], spending: Spending = NOTHING_SPENT
    ) -> tuple[Offer, str]:
        """Return a new offer and its token.

        Parameters
        ----------
        spending
            What the rider has paid that caps count; with a ``rider_id`` the offer is theirs alone.

        Raises
        ------
        NotOnSale
            As ``quote``, or if a ride has left or had to be booked earlier, or if the chain is
            too long for one ticket.
        """
        now = self._clock.now()
        price = self._pricer.price(chain, passengers, spending)
        check_bookable(chain, now)
        offer = Offer(
            id=uuid7(),
            chain=chain,
            passengers=tuple(passengers),
            price=price,
            tariff=self._pricer.label(chain),
            issued_at=now,
            expires_at=min(now + self._validity, *(deadline(leg) for _, leg in chain.sold)),
            rider_id=spending.rider_id,
        )
        check_fits(offer)
        return offer, self._offers.close(pack_offer(offer))

    def open(self, token: str, now: datetime | None = None) -> Offer:
        """Return the offer of a token; without ``now``, as the clock stands.

        Raises
        ------
        OfferForged
            If we did not make the token.
        OfferExpired
            If the price is no longer promised.
        """
        offer = unpack_offer(self._offers.open(token))
        if (now or self._clock.now()) >= offer.expires_at:
            raise OfferExpired(offer.expires_at)
        return offer


def check_bookable(chain: Chain, now: datetime) -> None:
    """Raise ``NotOnSale`` if a leg has left, or cannot be booked any more, or not yet.

    A walk to the first stop that should have begun does not matter: the rider may stand there.
    """
    for _, leg in chain.sold:
        name = leg.carrier.line if leg.carrier else leg.mode
        if leg.earliest_booking is not None and now < leg.earliest_booking:
            at = leg.earliest_booking.isoformat(timespec="seconds")
            raise NotOnSale(f"{name} from {leg.origin.name} can be booked from {at} on")
        if leg.rental is None and now >= leg.departure:
            raise NotOnSale(f"{name} from {leg.origin.name} has left")
        if now >= (latest := deadline(leg)):
            at = latest.isoformat(timespec="seconds")
            raise NotOnSale(f"{name} from {leg.origin.name} had to be booked before {at}")
