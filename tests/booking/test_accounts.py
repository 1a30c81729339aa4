"""Riders register, sign in and out, on both databases."""

import time
from datetime import timedelta
from statistics import median

import pytest
from sqlalchemy import select

from booking.adapters.passwords import Argon2Passwords
from booking.adapters.tables import RiderRow, SessionRow
from booking.domain.errors import AccountExists, BadAccountData, BadCredentials, NotSignedIn
from booking.service.accounts import Accounts
from tests.support.shop import Shop

PASSWORD = "correct horse"


@pytest.fixture
def accounts(shop: Shop) -> Accounts:
    return Accounts(shop.store, shop.clock, Argon2Passwords(cheap=True))


def test_a_rider_registers_and_is_known_by_the_token(accounts: Accounts, shop: Shop) -> None:
    rider, token = accounts.register(" Anna@Example.org", PASSWORD, "Anna  Muster")
    assert (rider.email, rider.name) == ("anna@example.org", "Anna Muster")
    assert accounts.rider_of(token) == rider
    assert len(token) >= 43, "256 bits"
    kept = shop.scalars(select(SessionRow.token_hash)) + shop.scalars(
        select(RiderRow.password_hash)
    )
    assert not any(token in text or PASSWORD in text for text in kept)


def test_an_address_has_one_account(accounts: Accounts) -> None:
    accounts.register("anna@example.org", PASSWORD, "Anna")
    with pytest.raises(AccountExists):
        accounts.register("ANNA@example.org", "another one", "Anne")
    with pytest.raises(BadAccountData):
        accounts.register("bert@example.org", "short", "Bert")


def test_sessions_begin_and_end(accounts: Accounts, shop: Shop) -> None:
    rider, first = accounts.register("anna@example.org", PASSWORD, "Anna")
    again, second = accounts.login("Anna@example.org", PASSWORD)
    assert again == rider
    assert first != second
    for _ in range(2):
        accounts.logout(first)
        with pytest.raises(NotSignedIn):
            accounts.rider_of(first)
    assert accounts.rider_of(second) == rider
    shop.clock.at += timedelta(days=30)
    with pytest.raises(NotSignedIn):
        accounts.rider_of(second)
    assert accounts.drop_ended_sessions() == 1
    assert shop.scalars(select(SessionRow)) == []


@pytest.mark.parametrize(
    ("email", "password"),
    [("anna@example.org", "wrong"), ("bert@example.org", PASSWORD), ("no address", PASSWORD)],
)
def test_bad_credentials_are_told_alike(accounts: Accounts, email: str, password: str) -> None:
    accounts.register("anna@example.org", PASSWORD, "Anna")
    with pytest.raises(BadCredentials) as refused:
        accounts.login(email, password)
    assert str(refused.value) == "the e-mail address or the password is wrong"


def test_an_unknown_address_takes_as_long(shop: Shop) -> None:
    accounts = Accounts(shop.store, shop.clock, Argon2Passwords())
    accounts.register("anna@example.org", PASSWORD, "Anna")

    def seconds(email: str) -> float:
        start = time.process_time()
        with pytest.raises(BadCredentials):
            accounts.login(email, "wrong password")
        return time.process_time() - start

    known = median(seconds("anna@example.org") for _ in range(3))
    unknown = median(seconds("bert@example.org") for _ in range(3))
    assert unknown > known / 2


def test_a_cheap_hash_is_replaced_when_it_is_used(accounts: Accounts, shop: Shop) -> None:
    rider, _ = accounts.register("anna@example.org", PASSWORD, "Anna")
    strong = Accounts(shop.store, shop.clock, Argon2Passwords())
    (before,) = shop.scalars(select(RiderRow.password_hash))
    strong.login(rider.email, PASSWORD)
    (after,) = shop.scalars(select(RiderRow.password_hash))
    assert before != after
    assert Argon2Passwords().verify(after, PASSWORD)
    assert not Argon2Passwords().is_outdated(after)


def test_a_broken_hash_lets_nobody_in() -> None:
    assert not Argon2Passwords(cheap=True).verify("not a hash", PASSWORD)


def test_control_characters_are_refused_before_a_database_chokes_on_them(
    accounts: Accounts,
) -> None:
    with pytest.raises(BadAccountData, match="control characters"):
        accounts.register("anna@example.org", PASSWORD, "An\0na")
    with pytest.raises(BadAccountData, match="e-mail address"):
        accounts.register("an\0na@example.org", PASSWORD, "Anna")
    with pytest.raises(BadCredentials):
        accounts.login("an\0na@example.org", PASSWORD)
