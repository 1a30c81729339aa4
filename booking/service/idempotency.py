"""``Idempotency-Key``: a request that is sent twice runs once, and is answered the same.

Follows draft-ietf-httpapi-idempotency-key-header.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from booking.domain.idempotency_errors import IdempotencyInProgress, IdempotencyMismatch
from booking.service.ports import Store, UnitOfWork
from booking.service.repositories import Answer, KeyUse
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

KEEP: Final = timedelta(hours=24)
LEASE: Final = timedelta(seconds=60)
"""After this much silence a request is taken to have died, and its key may be used again."""
NEVER_STORED: Final = frozenset({409, 429})
"""Answers about the moment, not about the request; so are all from 500 on."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run one request; end it by ``finish`` or ``abandon``."""

    scope: str
    key: str
    claim: str


class Idempotency:
    """Runs requests once."""

    def __init__(self, store: Store, clock: Clock, *, lease: timedelta = LEASE) -> None:
        self._store, self._clock, self._lease = store, clock, lease

    def begin(self, scope: str, key: str, fingerprint: str) -> Claim | Answer:
        """Return the stored answer of a request, or the right to run it.

        Parameters
        ----------
        scope
            Whose key it is: two riders may use the same key.
        fingerprint
            Of everything the answer depends on, by ``fingerprint``.

        Raises
        ------
        IdempotencyInProgress
            If the first request with this key still runs.
        IdempotencyMismatch
            If the key was used for another request.
        """
        mine = KeyUse(fingerprint, str(uuid7()), self._clock.now() + self._lease)
        return in_transaction(self._store, lambda uow: self._begin(uow, scope, key, mine))

    def finish(self, claim: Claim, answer: Answer) -> None:
        """Store an answer, or let the key be used again where the answer is not final."""
        if answer.status in NEVER_STORED or answer.status >= 500:
            self.abandon(claim)
            return
        until = self._clock.now() + KEEP
        in_transaction(
            self._store,
            lambda uow: uow.answers.finish(claim.scope, claim.key, claim.claim, answer, until),
        )

    def abandon(self, claim: Claim) -> None:
        """Let the key be used again: the request came to no answer."""
        in_transaction(
            self._store, lambda uow: uow.answers.forget(claim.scope, claim.key, claim.claim)
        )

    def drop_old(self) -> int:
        """Remove the answers that are no longer kept; a job for every hour."""
        now = self._clock.now()
        return in_transaction(self._store, lambda uow: uow.answers.drop(now))

    def _begin(self, uow: UnitOfWork, scope: str, key: str, mine: KeyUse) -> Claim | Answer:
        use = uow.answers.claim(scope, key, mine)
        if use.claim == mine.claim:
            return Claim(scope, key, mine.claim)
        if self._clock.now() >= use.until:
            # Either the answer is no longer kept, or the one who ran the request has died.
            uow.answers.reclaim(scope, key, self._heir(use, mine))
            return Claim(scope, key, mine.claim)
        if use.fingerprint != mine.fingerprint:
            raise IdempotencyMismatch
        if use.answer is None:
            raise IdempotencyInProgress
        return use.answer

    def _heir(self, use: KeyUse, mine: KeyUse) -> KeyUse:
        """Return ``mine``, unless a dead request held the key for another content."""
        if use.answer is None and use.fingerprint != mine.fingerprint:
            raise IdempotencyMismatch
        return replace(mine, answer=None)


def fingerprint(parts: Iterable[bytes]) -> str:
    """Return the fingerprint of a request: its method, path and body, in this order.

    Each part is written with its length, so that no two lists of parts look the same.
    """
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
