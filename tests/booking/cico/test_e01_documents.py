"""Who is checked in shows a signed document; nothing else passes for one."""

from datetime import datetime, timedelta

import pytest

from booking.domain.passengers import Passenger, PassengerCategory, TravelClass
from booking.domain.travel_errors import IllegalTrip, TripNotFound
from booking.service.check_in_documents import CheckInDocuments
from booking.tickets.check_in import verify_check_in
from booking.tickets.errors import (
    BadSignature,
    TicketExpired,
    TicketMalformed,
    TicketNotYetValid,
    UnknownKey,
)
from booking.tickets.keys import PublicKeys
from tests.support.cico import MONDAY, Terminal, at
from tests.support.shop import TICKETS

GROUP = (
    Passenger(PassengerCategory.ADULT, 0, travel_class=TravelClass.FIRST),
    Passenger(PassengerCategory.CHILD, 1),
)
KEYS = TICKETS.public_keys


@pytest.fixture
def documents(terminal: Terminal) -> CheckInDocuments:
    return CheckInDocuments(terminal.trips, TICKETS._keys, terminal.matcher, terminal.clock)


def test_it_says_since_when_and_where(documents: CheckInDocuments, terminal: Terminal) -> None:
    rider = terminal.rider()
    early = MONDAY - timedelta(minutes=9)
    trip, _ = terminal.trips.check_in(rider, at("A", early), GROUP)
    terminal.clock.move(minutes=3)
    document, data = documents.issue(trip.id, rider)
    assert len(data) < 140
    read = verify_check_in(data, KEYS, terminal.clock.now())
    assert read == document
    assert read.since == MONDAY, "when we heard of it, whatever the phone says"
    assert (read.place, read.adults, read.children) == ("A", 1, 1)
    assert (read.first_class, read.bicycle) == (True, False)
    with pytest.raises(TripNotFound):
        documents.issue(trip.id, terminal.rider())
    terminal.trips.check_out(trip.id, rider, at("B"))
    with pytest.raises(IllegalTrip, match="while you are checked in"):
        documents.issue(trip.id, rider)


def test_only_now_and_only_ours(documents: CheckInDocuments, terminal: Terminal) -> None:
    rider = terminal.rider()
    trip, _ = terminal.trips.check_in(rider, at("A"), GROUP)
    _, data = documents.issue(trip.id, rider)

    def read(data: bytes, when: datetime = MONDAY) -> object:
        return verify_check_in(data, KEYS, when)

    with pytest.raises(TicketExpired):
        read(data, MONDAY + timedelta(minutes=5, seconds=1))
    with pytest.raises(TicketNotYetValid):
        read(data, MONDAY - timedelta(seconds=11))
    assert read(data, MONDAY - timedelta(seconds=9)), "a clock that is slow"
    with pytest.raises(UnknownKey):
        verify_check_in(data, PublicKeys([]), MONDAY)
    for n in range(len(data)):
        forged = data[:n] + bytes([data[n] ^ 1]) + data[n + 1 :]
        with pytest.raises((BadSignature, TicketMalformed, UnknownKey)):
            read(forged)
    for cut in (b"", data[:-1], data + b"x", data[:60]):
        with pytest.raises(TicketMalformed):
            read(cut)
