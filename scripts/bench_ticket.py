"""Measure tickets: bytes, milliseconds, and forged variants, none of which may be accepted.

    python scripts/bench_ticket.py [--forged 2000] [--seed 1] [--gtfs ZIP]

Without ``--gtfs`` the stops and trips are those of the Senden demo region. Exits with 1 if a
single forged ticket was accepted.
"""

import argparse
import csv
import io
import random
import statistics
import sys
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from booking.domain.chain import LegMode
from booking.domain.passengers import PassengerCategory
from booking.tickets.aztec import from_png, modules, to_png, to_svg
from booking.tickets.envelope import HEAD, SIGNATURE_BYTES, head_and_payload, to_sign
from booking.tickets.errors import TicketError
from booking.tickets.keys import PublicKeys
from booking.tickets.payload import encode
from booking.tickets.sign import SigningKey
from booking.tickets.ticket import Ticket, TicketLeg, cut_name
from booking.tickets.verify import verify

DEMO = Path(__file__).parents[1] / "kommit/regions/senden/senden-gtfs.zip"
NOW = datetime(2026, 5, 4, 6, tzinfo=UTC)
REPEATS = 200
MAX_TRIPS = 2_000


def rows(feed: zipfile.ZipFile, name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a GTFS file."""
    with feed.open(name) as file:
        yield from csv.DictReader(io.TextIOWrapper(file, "utf-8-sig"))


class Feed:
    """Rides of a feed with its real names, put together to chains at stops of one name."""

    def __init__(self, path: Path, rng: random.Random) -> None:
        self._rng, self._scope = rng, path.stem.split("-")[0].split("_")[0]
        with zipfile.ZipFile(path) as feed:
            names = {row["stop_id"]: row["stop_name"] for row in rows(feed, "stops.txt")}
            self._routes = {row["route_id"]: row for row in rows(feed, "routes.txt")}
            self._route_of = {row["trip_id"]: row["route_id"] for row in rows(feed, "trips.txt")}
            self._stops_of: dict[str, list[str]] = defaultdict(list)
            for row in rows(feed, "stop_times.txt"):
                if len(self._stops_of) < MAX_TRIPS or row["trip_id"] in self._stops_of:
                    self._stops_of[row["trip_id"]].append(names[row["stop_id"]])
        self._from: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for trip, stops in self._stops_of.items():
            for position, stop in enumerate(stops[:-1]):
                self._from[stop].append((trip, position))

    def chain(self, rides: int) -> tuple[TicketLeg, ...]:
        """Return rides on different routes, each from the stop at which the one before ended."""
        while True:
            legs: list[TicketLeg] = []
            stop = self._rng.choice(list(self._from))
            while len(legs) < rides and (leg := self._ride(stop, legs)) is not None:
                legs.append(leg)
                stop = self._stops_of[leg.trip_id.removeprefix(f"{self._scope}:")][leg.alight]
            if len(legs) == rides:
                return tuple(legs)

    def _ride(self, stop: str, before: list[TicketLeg]) -> TicketLeg | None:
        departure = before[-1].arrival + timedelta(minutes=6) if before else NOW
        for _ in range(20):
            trip, board = self._rng.choice(self._from[stop] or [("", 0)])
            if not trip:
                return None
            leg = self._leg(trip, board, departure)
            if leg.route_name not in {other.route_name for other in before}:
                return leg
        return None

    def _leg(self, trip: str, board: int, departure: datetime) -> TicketLeg:
        route, stops = self._routes[self._route_of[trip]], self._stops_of[trip]
        alight = self._rng.randrange(board + 1, len(stops))
        return TicketLeg(
            mode=LegMode.BUS,
            route_name=cut_name(route.get("route_short_name") or route["route_long_name"]),
            agency_id=f"{self._scope}:{route.get('agency_id') or 'agency'}",
            origin_name=cut_name(stops[board]),
            destination_name=cut_name(stops[alight]),
            departure=departure,
            arrival=departure + timedelta(minutes=self._rng.randrange(5, 40)),
            trip_id=f"{self._scope}:{trip}",
            service_day=date(2026, 5, 4),
            board=board,
            alight=alight,
        )


def ticket_of(rides: int, feed: Feed, rng: random.Random) -> Ticket:
    """Return a ticket for two adults and a child."""
    return Ticket(
        order_id=UUID(int=rng.getrandbits(128)),
        issuer="kommit Senden",
        valid_from=NOW - timedelta(minutes=30),
        valid_until=NOW + timedelta(hours=4),
        passengers=((PassengerCategory.ADULT, 2), (PassengerCategory.CHILD, 1)),
        legs=feed.chain(rides),
    )


def milliseconds(work: Callable[[], object]) -> str:
    """Return the median and the 95th percentile of some work's time."""
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        taken.append(1_000 * (time.perf_counter() - start))
    return f"{statistics.median(taken):7.3f} {statistics.quantiles(taken, n=20)[-1]:7.3f}"


def forge(data: bytes, key: SigningKey, other: bytes, rng: random.Random) -> bytes:
    """Return a ticket that differs from ``data``, made in one of the ways a forger has."""
    changed = bytearray(data)
    way = rng.randrange(7)
    if way == 0:
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    elif way == 1:
        for _ in range(rng.randrange(2, 9)):
            changed[rng.randrange(len(changed))] ^= rng.randrange(1, 256)
    elif way == 2:
        del changed[rng.randrange(len(changed)) :]
    elif way == 3:
        changed += rng.randbytes(rng.randrange(1, 20))
    elif way == 4:  # another ticket's signature
        changed[-SIGNATURE_BYTES:] = other[-SIGNATURE_BYTES:]
    elif way == 5:  # signed by the forger, in the name of the issuer's key
        stranger = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
        front = data[:-SIGNATURE_BYTES]
        changed = bytearray(front + stranger.sign(to_sign(front)))
    else:  # another's payload under this signature
        payload = other[HEAD.size : -SIGNATURE_BYTES]
        front = head_and_payload(bytes.fromhex(key.public.id), payload)
        changed = bytearray(front + data[-SIGNATURE_BYTES:])
    return bytes(changed)


def is_accepted(data: bytes, keys: PublicKeys) -> bool:
    """Say whether a ticket is taken for valid."""
    try:
        verify(data, keys, NOW)
    except TicketError:
        return False
    return True


def print_sizes(key: SigningKey, feed: Feed, rng: random.Random) -> None:
    """Print how large tickets and codes get."""
    print("rides  fields  ticket median/max bytes  code modules")
    for rides in (1, 2, 3, 4):
        tickets = [ticket_of(rides, feed, rng) for _ in range(100)]
        sizes = [len(key.sign(ticket)) for ticket in tickets]
        plain = statistics.median(len(encode(ticket)) for ticket in tickets)
        code = len(modules(key.sign(tickets[0])))
        print(f"{rides:5} {plain:7.0f} {statistics.median(sizes):15.0f} {max(sizes):8} {code:12}")


def print_times(key: SigningKey, ticket: Ticket, keys: PublicKeys) -> None:
    """Print what each step takes for a ticket of three rides."""
    data = key.sign(ticket)
    image = to_png(data)
    print("\nthree rides     median     p95 ms")
    print("sign          ", milliseconds(lambda: key.sign(ticket)))
    print("verify        ", milliseconds(lambda: verify(data, keys, NOW)))
    print("PNG           ", milliseconds(lambda: to_png(data)))
    print("SVG           ", milliseconds(lambda: to_svg(data)))
    print("read PNG      ", milliseconds(lambda: from_png(image)))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure tickets.")
    parser.add_argument("--forged", type=int, default=2_000, help="how many forged tickets to try")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gtfs", type=Path, default=DEMO, help="feed to take names from")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    key = SigningKey(
        Ed25519PrivateKey.from_private_bytes(rng.randbytes(32)),
        NOW - timedelta(days=1),
        NOW + timedelta(days=1),
    )
    keys = PublicKeys([key.public])
    feed = Feed(arguments.gtfs, rng)
    print_sizes(key, feed, rng)
    print_times(key, ticket_of(3, feed, rng), keys)
    genuine = [key.sign(ticket_of(rng.randrange(1, 4), feed, rng)) for _ in range(50)]
    accepted = 0
    for _ in range(arguments.forged):
        data, other = rng.sample(genuine, 2)
        accepted += is_accepted(forge(data, key, other, rng), keys)
    print(
        f"\n{sum(is_accepted(data, keys) for data in genuine)} of {len(genuine)} genuine accepted"
    )
    print(f"{accepted} of {arguments.forged} forged accepted")
    return 1 if accepted else 0


if __name__ == "__main__":
    sys.exit(main())
