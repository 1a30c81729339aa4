"""Drivers and dispatchers: who they are, and who a token of theirs belongs to."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from booking.domain.accounts import check_password, normal_name
from booking.domain.errors import AccountExists, BadAccountData, BadCredentials, NotSignedIn
from booking.domain.staff import Role, StaffMember
from booking.service.accounts import TOKEN_BYTES, token_hash
from booking.service.ports import Passwords, Store, UnitOfWork
from booking.service.shuttle_plans import World, ground_of
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

AGENCY_ID: Final = re.compile(r"[^\s:]{1,60}:\S{1,139}")
"""Feed-scoped."""
SHIFT: Final = timedelta(hours=14)
"""Longer than anybody works; then staff sign in again."""


@dataclass(frozen=True)
class Staff:
    """The operators' people."""

    store: Store
    clock: Clock
    passwords: Passwords
    world: World

    def add(
        self, role: Role, name: str, secret: str, service_id: str, vehicle_id: str | None = None
    ) -> StaffMember:
        """Let somebody work for a service: drivers with one of its vehicles, inspectors for none.

        Raises
        ------
        BadAccountData, AccountExists, NotOnSale
            If name, secret, service or vehicle cannot be, or the name is taken.
        """
        self._check_place(role, service_id, vehicle_id)
        now = self.clock.now()
        return self._add(
            StaffMember(uuid7(), normal_name(name), role, service_id, vehicle_id, now), secret
        )

    def add_operator(self, name: str, secret: str, agency_id: str) -> StaffMember:
        """Let somebody work in the office of an operator, named by the id of its agency.

        Raises
        ------
        BadAccountData, AccountExists
            If name, secret or id cannot be, or the name is taken.
        """
        if not AGENCY_ID.fullmatch(agency_id):
            raise BadAccountData(f"{agency_id!r} is no id of an agency, like rvm:1")
        now = self.clock.now()
        return self._add(
            StaffMember(uuid7(), normal_name(name), Role.OPERATOR, "", None, now, agency_id), secret
        )

    def _add(self, member: StaffMember, secret: str) -> StaffMember:
        check_password(secret)
        secret_hash = self.passwords.hash(secret)

        def work(uow: UnitOfWork) -> None:
            if not uow.staff.add(member, secret_hash):
                raise AccountExists

        in_transaction(self.store, work)
        return member

    def _check_place(self, role: Role, service_id: str, vehicle_id: str | None) -> None:
        if role is Role.OPERATOR:
            raise BadAccountData(f"{role} works for no service")
        if role is not Role.DRIVER and vehicle_id is not None:
            raise BadAccountData(f"somebody who is {role} has no vehicle")
        if role is Role.INSPECTOR:
            if service_id:
                raise BadAccountData("an inspector works for no single service")
            return
        service = ground_of(self.world, service_id).service
        known = [vehicle.id for vehicle in service.vehicles or ()]
        if role is Role.DRIVER and vehicle_id not in known:
            raise BadAccountData(f"a driver drives one of {', '.join(known)}, not {vehicle_id!r}")

    def sign_in(self, name: str, secret: str) -> tuple[StaffMember, str]:
        """Begin a session and return its token, or raise ``BadCredentials``."""
        with self.store.read() as uow:
            found = uow.staff.find_by_name(name)
        if found is None or not self.passwords.verify(found[1], secret):
            raise BadCredentials
        token = secrets.token_urlsafe(TOKEN_BYTES)
        until = self.clock.now() + SHIFT
        member = found[0]
        in_transaction(
            self.store, lambda uow: uow.staff.add_session(token_hash(token), member.id, until)
        )
        return member, token

    def sign_out(self, token: str) -> None:
        """End a session. Ending it twice is fine."""
        in_transaction(self.store, lambda uow: uow.staff.end_session(token_hash(token)))

    def of(self, token: str) -> StaffMember:
        """Return whose session it is, or raise ``NotSignedIn``."""
        with self.store.read() as uow:
            member = uow.staff.find_by_session(token_hash(token), self.clock.now())
        if member is None:
            raise NotSignedIn
        return member

    def list_all(self) -> Sequence[StaffMember]:
        """Return everybody, by name."""
        with self.store.read() as uow:
            return uow.staff.list_all()
