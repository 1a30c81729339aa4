"""Measure tickets: bytes, milliseconds, and forged variants, none of which may be accepted.

    python scripts/bench_ticket.py [--forged 100000] [--seed 1] [--gtfs ZIP]

Without ``--gtfs`` the stops and trips are those of the Senden demo region. Exits with 1 if a
single forged ticket was accepted, or a genuine one refused.
"""

import argparse
import csv
import io
import random
import statistics
import sys
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from ticket_forgeries import WAYS, Sold, phone_of, public_of

from booking.domain.chain import LegMode
from booking.domain.passengers import PassengerCategory
from booking.tickets.aztec import from_png, modules, to_png, to_svg
from booking.tickets.errors import TicketError
from booking.tickets.keys import PublicKeys
from booking.tickets.payload import encode
from booking.tickets.phone import MOMENT_BYTES, check_moment, parse_moment, show
from booking.tickets.revocations import Revocations
from booking.tickets.sign import SigningKey
from booking.tickets.ticket import Ticket, TicketLeg, TicketPassenger, cut_name
from booking.tickets.verify import inspect, read_genuine

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
            passengers=(0, 1, 2),
        )


def ticket_of(rides: int, feed: Feed, rng: random.Random, key: bytes | None) -> Ticket:
    """Return a ticket for two adults, one of them with a subscription, and a child."""
    return Ticket(
        order_id=UUID(int=rng.getrandbits(128)),
        issuer="kommit Senden",
        valid_from=NOW - timedelta(minutes=30),
        valid_until=NOW + timedelta(hours=4),
        passengers=(
            TicketPassenger(0, PassengerCategory.ADULT, ("deutschlandticket",)),
            TicketPassenger(1, PassengerCategory.ADULT),
            TicketPassenger(2, PassengerCategory.CHILD),
        ),
        legs=feed.chain(rides),
        device_key=key,
    )


def sell(rides: int, feed: Feed, rng: random.Random, key: SigningKey, *, paper: bool) -> Sold:
    """Return a genuine ticket, on paper or on a phone of its own."""
    phone = None if paper else phone_of(rng)
    ticket = ticket_of(rides, feed, rng, None if phone is None else public_of(phone))
    return Sold(key.sign(ticket), phone)


def milliseconds(work: Callable[[], object]) -> str:
    """Return the median and the 95th percentile of some work's time."""
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        taken.append(1_000 * (time.perf_counter() - start))
    return f"{statistics.median(taken):7.3f} {statistics.quantiles(taken, n=20)[-1]:7.3f}"


def is_accepted(data: bytes, keys: PublicKeys) -> bool:
    """Say whether a ticket is taken for valid."""
    try:
        inspect(data, keys, NOW)
    except TicketError:
        return False
    return True


def print_sizes(key: SigningKey, feed: Feed, rng: random.Random) -> None:
    """Print how large tickets and codes get."""
    print("                paper (level 1)                phone (level 1 + 2)")
    print("rides  fields  median/largest bytes  modules  median/largest bytes  modules")
    for rides in (1, 2, 3, 4):
        papers = [sell(rides, feed, rng, key, paper=True).shown(NOW) for _ in range(100)]
        phones = [sell(rides, feed, rng, key, paper=False).shown(NOW) for _ in range(100)]
        plain = statistics.median(
            len(encode(ticket_of(rides, feed, rng, None))) for _ in range(100)
        )
        row = f"{rides:5} {plain:7.0f}"
        for codes in (papers, phones):
            sizes = list(map(len, codes))
            row += f" {statistics.median(sizes):11.0f} {max(sizes):9} {len(modules(codes[0])):8}"
        print(row)


def print_times(key: SigningKey, feed: Feed, rng: random.Random, keys: PublicKeys) -> None:
    """Print what each step takes for a ticket of three rides on a phone."""
    phone = phone_of(rng)
    ticket = ticket_of(3, feed, rng, public_of(phone))
    level_1 = key.sign(ticket)
    code = show(level_1, phone, NOW)
    moment, public = parse_moment(code[-MOMENT_BYTES:]), public_of(phone)
    image = to_png(code)
    print("\nthree rides              median     p95 ms")
    print("level 1: issuer signs  ", milliseconds(lambda: key.sign(ticket)))
    print("level 1: verified      ", milliseconds(lambda: read_genuine(level_1, keys)))
    print("level 2: phone signs   ", milliseconds(lambda: show(level_1, phone, NOW)))
    print("level 2: verified      ", milliseconds(lambda: check_moment(level_1, moment, public)))
    print("both levels verified   ", milliseconds(lambda: inspect(code, keys, NOW)))
    print("PNG                    ", milliseconds(lambda: to_png(code)))
    print("SVG                    ", milliseconds(lambda: to_svg(code)))
    print("read PNG               ", milliseconds(lambda: from_png(image)))


def print_revocations(key: SigningKey, rng: random.Random, keys: PublicKeys) -> None:
    """Print how large lists of revoked tickets get, and what they take."""
    print("\nrevoked   bytes  bytes each  sign ms  read ms  wrongly named, one in")
    for count in (1, 100, 10_000, 100_000):
        tickets = [(UUID(int=rng.getrandbits(128)), 1) for _ in range(count)]
        listed = Revocations.of(tickets, NOW, NOW + timedelta(days=1))
        start = time.perf_counter()
        data = listed.sign(key)
        signed = time.perf_counter()
        Revocations.read(data, keys)
        read = time.perf_counter()
        took = f"{1_000 * (signed - start):8.2f} {1_000 * (read - signed):8.2f}"
        print(f"{count:7} {len(data):7} {len(data) / count:11.2f} {took}  {2.0**64 / count:.1e}")


def count_accepted(
    count: int, sold: list[Sold], keys: PublicKeys, rng: random.Random
) -> Counter[str]:
    """Return how many forged tickets were accepted, by the way they were made."""
    accepted: Counter[str] = Counter()
    for number in range(count):
        forge = WAYS[number % len(WAYS)]
        mine, other = rng.sample(sold, 2)
        if is_accepted(forge(mine, other, NOW, rng), keys):
            accepted[forge.__name__] += 1
    return accepted


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure tickets.")
    parser.add_argument("--forged", type=int, default=100_000, help="how many forged ones to try")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gtfs", type=Path, default=DEMO, help="feed to take names from")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    key = SigningKey(
        Ed25519PrivateKey.from_private_bytes(rng.randbytes(32)),
        NOW - timedelta(days=1),
        NOW + timedelta(days=2),
    )
    keys = PublicKeys([key.public])
    feed = Feed(arguments.gtfs, rng)
    print_sizes(key, feed, rng)
    print_times(key, feed, rng, keys)
    print_revocations(key, rng, keys)
    sold = [sell(rng.randrange(1, 4), feed, rng, key, paper=each % 2 == 0) for each in range(60)]
    good = sum(is_accepted(one.shown(NOW), keys) for one in sold)
    start = time.perf_counter()
    accepted = count_accepted(arguments.forged, sold, keys, rng)
    print(f"\n{good} of {len(sold)} genuine accepted")
    print(
        f"{accepted.total()} of {arguments.forged} forged accepted, in {len(WAYS)} ways, "
        f"{time.perf_counter() - start:.0f} s"
    )
    for way, count in accepted.items():
        print(f"  {count} by {way.strip('_')}")
    return 1 if accepted or good < len(sold) else 0


if __name__ == "__main__":
    sys.exit(main())
