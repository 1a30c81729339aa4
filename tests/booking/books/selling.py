"""Orders of three operators with random prices, and rules that share them out."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from hypothesis import strategies as st

from booking.domain.chain import (
    Chain,
    ChainLeg,
    ChainPoint,
    LegMode,
    RentalRef,
    ShuttleRef,
    TripRef,
)
from booking.domain.clearing.rules import (
    ClearingRules,
    CommissionRule,
    Pattern,
    RuleSet,
    SplitMethod,
    SplitRule,
    SubsidyRule,
)
from booking.domain.ledger import Account, AccountKind, Booked, Entry, month_of
from booking.domain.money import Money
from booking.domain.offers import Offer, Price, PriceLine
from booking.domain.orders import Order
from booking.domain.passengers import group
from booking.domain.refunds import Refund, RefundLine, RefundReason
from kommit.kit.ids import uuid7

EIGHT = datetime(2026, 11, 16, 7, tzinfo=UTC)
SOLD_AT = EIGHT - timedelta(hours=1)
HOME = ChainPoint("Zum Hagen 3", 51.815, 7.548)
STOP = ChainPoint("Senden, Busbahnhof", 51.856, 7.483, "rvm:senden")
HBF = ChainPoint("Münster, Hauptbahnhof", 51.9566, 7.635, "rvm:hbf")

SHUTTLE, BUS, BIKE = "kreis:shuttle", "rvm:rvm", "lastenrad:verein"


def chain() -> Chain:
    """Return a shuttle, the X90 and a cargo bike."""
    half = timedelta(minutes=30)
    shuttle = ShuttleRef(
        "senden:kommit-shuttle", "kommit-Shuttle", "r", None, None, EIGHT, SHUTTLE, "Kreis"
    )
    trip = TripRef("rvm:x90-1", date(2026, 11, 16), 1, 7, "rvm:X90", "X90", BUS, "RVM")
    rental = RentalRef("lastenrad", "Lastenrad", BIKE, "Verein", "cargo", "Lastenrad", 300, "EUR")
    return Chain(
        "image",
        (
            ChainLeg(LegMode.ON_DEMAND, HOME, STOP, EIGHT, EIGHT + half, 6_000, shuttle=shuttle),
            ChainLeg(LegMode.BUS, STOP, HBF, EIGHT + half, EIGHT + 2 * half, 18_000, ride=trip),
            ChainLeg(
                LegMode.CARGO_BICYCLE,
                HBF,
                HOME,
                EIGHT + 2 * half,
                EIGHT + 4 * half,
                2_000,
                rental=rental,
            ),
        ),
    )


AGENCY_OF_LEG = (SHUTTLE, BUS, BIKE)
POOL = SplitRule(
    "x90-pool",
    Pattern(products=("eezy/*",), agencies=(BUS,)),
    SplitMethod.SHARES,
    {BUS: 667, "swms:swms": 333},
)
BY_KM = SplitRule("km", Pattern(products=("pass/*",)), SplitMethod.PASSENGER_KM, {})
COMMISSION = CommissionRule("rentals", Pattern(agencies=(BIKE,)), 75)
PER_HEAD = SubsidyRule(
    "shuttle", Pattern(routes=("senden:*",)), "kreis-coesfeld", per_passenger_minor=450
)
TOP_UP = SubsidyRule(
    "citybus", Pattern(), "kreis-coesfeld", month_minor=500_000, agency_id="swms:swms"
)
RULES = ClearingRules(
    [RuleSet("2026-01", date(2026, 1, 1), None, (POOL, BY_KM), (COMMISSION,), (PER_HEAD, TOP_UP))]
)
NO_RULES = ClearingRules()


def price_line(
    minor: int, leg: int | None = 1, passenger: int = 0, product: str = "eezy/single"
) -> PriceLine:
    agency = None if leg is None else AGENCY_OF_LEG[leg]
    permille = 190 if leg == 2 else 70
    return PriceLine("t", product, passenger, Money(minor), agency, leg, "fare", permille)


def order_of(*lines: PriceLine, heads: int = 2) -> Order:
    passengers = group(["adult"] * heads)
    offer = Offer(uuid7(), chain(), passengers, Price.of_lines(lines), "t@1", SOLD_AT, SOLD_AT)
    return Order(uuid7(), uuid4(), offer, SOLD_AT, SOLD_AT)


LINES = st.lists(
    st.builds(
        price_line,
        st.integers(-300, 3_000),
        st.sampled_from([None, 0, 1, 2]),
        st.integers(0, 1),
        st.sampled_from(["eezy/single", "pass/day", "plan"]),
    ),
    max_size=8,
)


def refund_of(
    order: Order, *lines: tuple[int, int], fee: int = 0, reason: RefundReason | None = None
) -> Refund:
    return Refund(
        uuid7(),
        order.id,
        SOLD_AT,
        reason or RefundReason.CANCELLED,
        tuple(RefundLine(line, Money(minor)) for line, minor in lines),
        legs=(0, 1, 2),
        passengers=(0, 1),
        fee=Money(fee),
    )


def booked(*entries: Entry | None) -> list[Booked]:
    """Return the history that these entries are."""
    return [Booked(e.key, month_of(e.at), e.lines) for e in entries if e is not None]


def standing(entries: Sequence[Entry | None]) -> dict[Account, int]:
    """Return what stands on each account that is not empty."""
    sums: dict[Account, int] = {}
    for entry in entries:
        for account, amount in entry.postings if entry else ():
            sums[account] = sums.get(account, 0) + amount.minor
    return {account: minor for account, minor in sums.items() if minor}


def of_kind(sums: dict[Account, int], kind: AccountKind) -> int:
    return sum(minor for account, minor in sums.items() if account.kind is kind)
