"""The audit log: sealed by one process at a time, verified by anybody, its head told outside."""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from booking.domain.audit import START, AuditHead, verify
from booking.service.book_repositories import AuditLag
from booking.service.ports import Store
from booking.service.transactions import in_transaction
from booking.tickets.audit_heads import SignedHead, sign_head
from booking.tickets.sign import KeyRing
from kommit.kit.clock import Clock

log = logging.getLogger(__name__)

AT_ONCE: Final = 1_000
"""Facts that are sealed by one transaction."""
LATE: Final = timedelta(minutes=1)
"""Facts that wait for longer are an alarm: the sealer stands still."""


@dataclass(frozen=True)
class AuditLog:
    """What is done with the log as a whole; facts come by ``uow.audit.append``."""

    store: Store
    clock: Clock
    keys: KeyRing | None = None
    """What signs heads."""

    def seal(self) -> int:
        """Give every fact that waits its place in the chain; return how many got theirs."""
        sealed = 0
        while self.lag().waiting:
            count = in_transaction(self.store, lambda uow: uow.audit.seal(AT_ONCE))
            sealed += count
            if count < AT_ONCE:
                break  # all of them, or another process is at it
        return sealed

    def watch(self) -> bool:
        """Say whether sealing keeps up; shout if it does not."""
        lag = self.lag()
        late = lag.oldest is not None and self.clock.now() - lag.oldest > LATE
        if late:
            log.error("%d facts wait for the audit log, since %s", lag.waiting, lag.oldest)
        return not late

    def lag(self) -> AuditLag:
        """Return what has no place yet."""
        with self.store.read() as uow:
            return uow.audit.lag()

    def head(self) -> SignedHead:
        """Return the end of the chain, signed.

        Raises
        ------
        KeysUnusable
            If no key signs now.
        """
        if self.keys is None:
            raise ValueError("heads are signed by keys, and there are none here")
        with self.store.read() as uow:
            return sign_head(self.keys, uow.audit.head(), self.clock.now())

    def publish(self, path: Path) -> bool:
        """Add the head to a file and to the outbox, if it is another one; return whether it was."""
        signed = self.head()
        line = json.dumps(signed.to_document())
        if not signed.position or _last_position(path) >= signed.position:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        in_transaction(self.store, lambda uow: uow.audit.announce(signed.to_document(), signed.at))
        return True

    def verify(self, after: int = 0, heads: Iterable[AuditHead] = ()) -> AuditHead:
        """Go through the chain after a position and return its head.

        Raises
        ------
        AuditBroken
            At the first position that is wrong, or where a head says otherwise.
        """
        with self.store.read() as uow:
            start = uow.audit.at(after) if after else START
            return verify(uow.audit.entries(after), start, heads)


def _last_position(path: Path) -> int:
    """Return the position of the newest head in a file, 0 if there is none."""
    if not path.exists():
        return 0
    lines = path.read_text("utf-8").splitlines()
    return int(json.loads(lines[-1])["position"]) if lines else 0
