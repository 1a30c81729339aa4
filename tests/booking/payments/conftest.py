"""What the tests of means of payment share."""

import pytest

from booking.adapters.database import Database
from tests.support.payment_shop import PaymentShop


@pytest.fixture
def shop(database: Database) -> PaymentShop:
    return PaymentShop(database)
