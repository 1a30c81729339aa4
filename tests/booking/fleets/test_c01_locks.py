"""Locks: the table of states, the simulator's faults, and the signed protocol over real HTTP."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from booking.adapters.locks.http import HttpLocks, Patience
from booking.adapters.locks.signing import LockKey, is_answer_to, request_headers
from booking.adapters.locks.simulator import Fault, SimulatedLocks
from booking.domain.lock_errors import LockJammed, LockRefused, LockUnreachable
from booking.domain.locks import LockPoint, LockState, after
from booking.domain.rentals import Action
from tests.support.box_server import KEY_ID, SECRET, BoxServer
from tests.support.shop import MovableClock

BOX = LockPoint("boxes", "cb-1", "meadow", 1)
SCOOTER = LockPoint("scooters", "s-1")
QUICK = Patience(try_s=0.3, total_s=1.0, first_pause_s=0.02)


@pytest.mark.parametrize(
    ("story", "end"),
    [
        ("open", "open"),
        ("open open", "open"),
        ("open close", "closed"),
        ("open pause resume", "open"),
        ("open pause pause open resume", "open"),
        ("open pause close", "closed"),
        ("open close pause return", "closed"),
        ("return", "closed"),
    ],
)
def test_a_lock_goes_through_its_states(story: str, end: str) -> None:
    state = LockState.CLOSED
    for word in story.split():
        state = after(state, Action(word))
    assert state == end


@pytest.mark.parametrize(
    ("state", "action"),
    [("open", "return"), ("closed", "resume"), ("unknown", "open")],
)
def test_what_the_table_does_not_have_is_refused(state: str, action: str) -> None:
    with pytest.raises(LockRefused, match=f"is {state} takes no {action}"):
        after(LockState(state), Action(action))


def test_a_jammed_lock_does_nothing() -> None:
    for action in Action:
        with pytest.raises(LockJammed):
            after(LockState.JAMMED, action)


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture
def server() -> Iterator[BoxServer]:
    server = BoxServer(Clock().now)
    yield server
    server.close()


@pytest.fixture
def locks(server: BoxServer) -> HttpLocks:
    return HttpLocks(server.url, LockKey(KEY_ID, SECRET), Clock(), QUICK)


@pytest.fixture(params=["simulator", "http"])
def either(request: pytest.FixtureRequest) -> tuple[HttpLocks | SimulatedLocks, SimulatedLocks]:
    """The locks as the service knows them, and as they are."""
    if request.param == "simulator":
        simulated = SimulatedLocks(slow_s=0.05)
        return simulated, simulated
    server: BoxServer = request.getfixturevalue("server")
    return request.getfixturevalue("locks"), server.locks


Either = tuple[HttpLocks | SimulatedLocks, SimulatedLocks]


def test_a_box_is_opened_emptied_filled_and_returned(either: Either) -> None:
    locks, _ = either
    assert locks.act(Action.OPEN, BOX, "1").state is LockState.OPEN
    with pytest.raises(LockRefused, match="close the door first"):
        locks.act(Action.RETURN, BOX, "2")
    assert locks.act(Action.CLOSE, BOX, "3").vehicle_present is False
    with pytest.raises(LockRefused, match="not in the box"):
        locks.act(Action.RETURN, BOX, "4")
    locks.act(Action.OPEN, BOX, "5")
    assert locks.act(Action.CLOSE, BOX, "6").vehicle_present is True
    assert locks.act(Action.RETURN, BOX, "7").state is LockState.CLOSED


def test_a_scooter_has_a_lock_of_its_own_wherever_it_is(either: Either) -> None:
    locks, _ = either
    locks.act(Action.OPEN, SCOOTER, "1")
    locks.act(Action.PAUSE, SCOOTER, "2")
    assert locks.act(Action.RESUME, SCOOTER, "3").vehicle_present is None
    locks.act(Action.CLOSE, SCOOTER, "4")
    assert (
        locks.act(Action.RETURN, SCOOTER._replace(station_id="dock"), "5").state is LockState.CLOSED
    )


def test_the_same_key_moves_the_door_once(either: Either) -> None:
    locks, real = either
    for key in ("a", "a"):
        locks.act(Action.OPEN, BOX, key)
    locks.act(Action.CLOSE, BOX, "b")
    assert locks.act(Action.OPEN, BOX, "a").state is LockState.OPEN, "the answer of then"
    assert (real.times_opened(BOX), locks.look(BOX).state) == (1, LockState.CLOSED)


@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.TWICE])
def test_slow_and_repeated_commands_do_what_they_should(either: Either, fault: Fault) -> None:
    locks, real = either
    real.break_(BOX, fault)
    if isinstance(locks, HttpLocks):
        locks._patience = Patience(try_s=2, total_s=2)
    assert locks.act(Action.OPEN, BOX, "1").state is LockState.OPEN
    assert real.times_opened(BOX) == 1


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.DEAD])
def test_a_lock_without_an_answer_is_unreachable(either: Either, fault: Fault) -> None:
    locks, real = either
    real.break_(BOX, fault)
    with pytest.raises(LockUnreachable):
        locks.act(Action.OPEN, BOX, "1")
    real.break_(BOX, None)
    assert real.times_opened(BOX) == (fault is Fault.LOST)
    assert locks.act(Action.OPEN, BOX, "1").state is LockState.OPEN
    assert real.times_opened(BOX) == 1


def test_a_stuck_door_is_jammed(either: Either) -> None:
    locks, real = either
    real.break_(BOX, Fault.STUCK)
    with pytest.raises(LockJammed, match="does not move"):
        locks.act(Action.OPEN, BOX, "1")
    assert locks.look(BOX).state is LockState.JAMMED


# --- over HTTP


@pytest.mark.parametrize("failure", ["500", "drop", "silent", "unsigned", "text"])
def test_what_goes_wrong_once_is_tried_again_with_the_same_key(
    server: BoxServer, locks: HttpLocks, failure: str
) -> None:
    server.failures = [failure]
    report = locks.act(Action.OPEN, BOX, "once")
    assert (report.state, report.battery_percent) == (LockState.OPEN, 66)
    assert [one["key"] for one in server.requests] == ["once", "once"]
    assert server.locks.times_opened(BOX) == 1
    assert server.refused == [], "each try has a nonce of its own"


def test_patience_ends(server: BoxServer, locks: HttpLocks) -> None:
    server.failures = ["500"] * 100
    began = time.monotonic()
    with pytest.raises(LockUnreachable, match="error 500"):
        locks.act(Action.OPEN, BOX, "1")
    assert QUICK.total_s - 0.1 < time.monotonic() - began < QUICK.total_s + 0.5
    assert 4 <= len(server.requests) <= 12, "the pauses become longer"


def test_a_server_that_is_not_there(server: BoxServer) -> None:
    server.close()
    patience = Patience(try_s=0.1, total_s=0.2, first_pause_s=0.05)
    with pytest.raises(LockUnreachable, match="refused"):
        HttpLocks(server.url, LockKey(KEY_ID, SECRET), Clock(), patience).look(BOX)


@pytest.mark.parametrize(
    ("key", "late_s", "reason"),
    [
        (LockKey(KEY_ID, b"another secret"), 0, "signature"),
        (LockKey("town-2", SECRET), 0, "signature"),
        (LockKey(KEY_ID, SECRET), -40, "too old"),
        (LockKey(KEY_ID, SECRET), 40, "too old"),
    ],
)
def test_what_is_not_signed_right_and_now_opens_nothing(
    server: BoxServer, key: LockKey, late_s: int, reason: str
) -> None:
    clock = MovableClock(datetime.now(UTC) + timedelta(seconds=late_s))
    with pytest.raises((LockRefused, LockUnreachable)):
        HttpLocks(server.url, key, clock, QUICK).act(Action.OPEN, BOX, "1")
    assert reason in server.refused[0]
    assert server.requests == []


def test_a_request_cannot_be_repeated_or_changed(server: BoxServer) -> None:
    key, now = LockKey(KEY_ID, SECRET), int(time.time())
    headers = request_headers(key, "/v1/commands", b"{}", now)
    assert "signature" in str(server.judge("/v1/commands", headers, b'{"command":"open"}'))
    assert "signature" in str(server.judge("/v2/commands", headers, b"{}"))
    assert server.judge("/v1/commands", headers, b"{}") is None
    assert "before" in str(server.judge("/v1/commands", headers, b"{}"))


def test_an_answer_belongs_to_its_request() -> None:
    key = LockKey(KEY_ID, SECRET)
    digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    import hmac

    text = f"kommit-lock-1-answer\nn1\n200\n{digest}".encode()
    signed = hmac.new(SECRET, text, "sha256").hexdigest()
    assert is_answer_to(key, "n1", 200, b"{}", signed)
    assert not is_answer_to(key, "n2", 200, b"{}", signed)
    assert not is_answer_to(key, "n1", 409, b"{}", signed)
    assert not is_answer_to(key, "n1", 200, b"[]", signed)
    assert not is_answer_to(key, "n1", 200, b"{}", "é")
