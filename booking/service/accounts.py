"""Riders' accounts: register, sign in, sign out, and who a token belongs to."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final, NamedTuple

from booking.domain.accounts import (
    PASSWORD_MAX,
    Rider,
    check_password,
    normal_email,
    normal_name,
)
from booking.domain.errors import AccountExists, BadAccountData, BadCredentials, NotSignedIn
from booking.service.ports import Passwords, Store, UnitOfWork
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

SESSION_FOR: Final = timedelta(days=30)
TOKEN_BYTES: Final = 32
"""256 bits of randomness: nobody guesses that, so a fast hash is enough to store it."""


class SignedIn(NamedTuple):
    """A rider and the token of a new session; the token is shown this once."""

    rider: Rider
    token: str


class Accounts:
    """The riders' accounts."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        passwords: Passwords,
        *,
        session_for: timedelta = SESSION_FOR,
    ) -> None:
        self._store, self._clock, self._passwords = store, clock, passwords
        self._session_for = session_for
        self._nobodys_hash = passwords.hash(secrets.token_urlsafe(TOKEN_BYTES))

    def register(self, email: str, password: str, name: str) -> SignedIn:
        """Make an account and sign its rider in.

        Raises
        ------
        BadAccountData
            If address, password or name cannot be taken.
        AccountExists
            If the address has an account.
        """
        rider = Rider(uuid7(), normal_email(email), normal_name(name), self._clock.now())
        check_password(password)
        password_hash = self._passwords.hash(password)

        def work(uow: UnitOfWork) -> SignedIn:
            if not uow.riders.add(rider, password_hash):
                raise AccountExists
            return self._sign_in(uow, rider)

        return in_transaction(self._store, work)

    def login(self, email: str, password: str) -> SignedIn:
        """Begin a session, or raise ``BadCredentials``; an unknown address takes just as long."""
        found = self._find(email)
        password_hash = found[1] if found else self._nobodys_hash
        right = self._passwords.verify(password_hash, password[: PASSWORD_MAX + 1])
        if found is None or not right:
            raise BadCredentials
        return in_transaction(
            self._store, lambda uow: self._welcome(uow, *found, password=password)
        )

    def logout(self, token: str) -> None:
        """End a session. Ending it twice is fine."""
        in_transaction(self._store, lambda uow: uow.riders.end_session(token_hash(token)))

    def rider_of(self, token: str) -> Rider:
        """Return whose session it is, or raise ``NotSignedIn``."""
        with self._store.read() as uow:
            rider = uow.riders.find_by_session(token_hash(token), self._clock.now())
        if rider is None:
            raise NotSignedIn
        return rider

    def drop_ended_sessions(self) -> int:
        """Remove the sessions that have ended; a job for every day."""
        now = self._clock.now()
        return in_transaction(self._store, lambda uow: uow.riders.drop_sessions(now))

    def _find(self, email: str) -> tuple[Rider, str] | None:
        try:
            address = normal_email(email)
        except BadAccountData:
            return None
        with self._store.read() as uow:
            return uow.riders.find_by_email(address)

    def _welcome(
        self, uow: UnitOfWork, rider: Rider, password_hash: str, password: str
    ) -> SignedIn:
        if self._passwords.is_outdated(password_hash):
            uow.riders.set_password_hash(rider.id, self._passwords.hash(password))
        return self._sign_in(uow, rider)

    def _sign_in(self, uow: UnitOfWork, rider: Rider) -> SignedIn:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        uow.riders.add_session(token_hash(token), rider.id, self._clock.now() + self._session_for)
        return SignedIn(rider, token)


def token_hash(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
