"""What is done with tickets after the sale: phones, revocations, inspections, boxes, passes."""

from booking.service.boxes import Boxes
from booking.service.inspections import Inspections
from booking.service.ports import Store
from booking.service.rentals import Rentals
from booking.service.revocations import Phones, RevocationLists
from booking.service.tickets import Tickets
from booking.tickets.wallet_pass import PassSigner
from kommit.api.ticketing import Ticketing
from kommit.kit.clock import Clock
from kommit.settings import Settings, SettingsError


def open_ticketing(
    settings: Settings, store: Store, clock: Clock, tickets: Tickets, rentals: Rentals | None
) -> Ticketing:
    """Return the services around tickets that were sold.

    Raises
    ------
    SettingsError, PassesUnusable
        If the certificate of wallet passes cannot be used.
    """
    return Ticketing(
        Phones(store, clock, tickets),
        RevocationLists(store, clock, tickets),
        Inspections(store, clock, tickets),
        None if rentals is None else Boxes(store, clock, tickets, rentals),
        _pass_signer(settings, clock),
    )


def _pass_signer(settings: Settings, clock: Clock) -> PassSigner | None:
    """Return who signs wallet passes: Apple's certificate, a demo's own, or nobody."""
    certificate, key = settings.pass_certificate, settings.pass_key
    if certificate is None and key is None:
        if not settings.is_demo:
            return None
        return PassSigner.self_signed(settings.pass_type, settings.pass_team, clock.now())
    if certificate is None or key is None:
        raise SettingsError("wallet passes need both KOMMIT_PASS_CERTIFICATE and KOMMIT_PASS_KEY")
    return PassSigner.read(certificate, key, settings.pass_type, settings.pass_team)
