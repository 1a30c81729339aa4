"""Cash for wallets: needs the database only, no image and no keys."""

from booking.adapters.store import SqlStore
from booking.domain.money import Money
from booking.service.wallet import CASH_DESK, Wallets, WalletStatement
from kommit.bootstrap.database import open_database
from kommit.kit.clock import SystemClock
from kommit.kit.ids import uuid7
from kommit.settings import Settings


def take_cash(
    settings: Settings, email: str, amount_minor: int, receipt: str | None
) -> WalletStatement | None:
    """Put cash into the wallet of a rider; None if nobody has the address.

    Parameters
    ----------
    receipt
        Is booked once, however often it is tried; without one, each call is another payment.
    """
    database = open_database(settings)
    try:
        store = SqlStore(database)
        with store.read() as uow:
            found = uow.riders.find_by_email(email)
        if found is None:
            return None
        wallets = Wallets(store, SystemClock())
        return wallets.top_up(found[0].id, Money(amount_minor), receipt or str(uuid7()), CASH_DESK)
    finally:
        database.close()
