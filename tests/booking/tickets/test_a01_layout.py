"""A01: the bytes of a ticket: one writing, read strictly, small enough for a code."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.chain import LegMode
from booking.domain.passengers import PassengerCategory, TravelClass
from booking.tickets.codes import MODE_CODES
from booking.tickets.envelope import MAX_BYTES, head_and_payload, take_apart
from booking.tickets.errors import TicketMalformed
from booking.tickets.packing import DICTIONARY, deflate, inflate
from booking.tickets.payload import decode, encode, pack
from booking.tickets.ticket import (
    LegKind,
    Ticket,
    TicketLeg,
    TicketPassenger,
    TicketRental,
    cut_name,
)
from booking.tickets.wire import Reader, Writer
from tests.booking.tickets.keys import content, key, signed
from tests.booking.trips import EIGHT, ORDER_ID

seconds = st.integers(0, 10**6).map(lambda count: timedelta(seconds=count))
texts = st.text(max_size=30)
ids = st.sets(st.integers(0, 8)).map(lambda chosen: tuple(sorted(chosen)))
rentals = st.builds(
    TicketRental,
    texts,
    texts,
    *(st.none() | st.text(min_size=1, max_size=9) for _ in range(3)),
)
people = st.builds(
    TicketPassenger,
    st.integers(0, 300),
    st.sampled_from(PassengerCategory),
    st.lists(texts, max_size=3).map(tuple),
    st.sampled_from(TravelClass),
    st.booleans(),
)


@st.composite
def legs(draw: st.DrawFn, start: datetime) -> TicketLeg:
    """Draw any leg that layout 2 can carry, sensible or not."""
    departure = start + draw(seconds)
    kind = draw(st.sampled_from(LegKind))
    in_timetable = kind is LegKind.RIDE
    day = st.dates(date(1970, 1, 1), date(2200, 1, 1))
    return TicketLeg(
        mode=draw(st.sampled_from(sorted(MODE_CODES))),
        route_name=draw(texts),
        agency_id=draw(texts),
        origin_name=draw(texts),
        destination_name=draw(texts),
        departure=departure,
        arrival=departure + draw(seconds),
        trip_id="" if kind is LegKind.RENTAL else draw(texts),
        service_day=draw(day) if in_timetable else departure.date(),
        board=draw(st.integers(0, 300)) if in_timetable else 0,
        alight=draw(st.integers(0, 300)) if in_timetable else 1,
        position=draw(st.integers(0, 30)),
        passengers=draw(ids),
        kind=kind,
        rental=draw(rentals) if kind is LegKind.RENTAL else None,
    )


@st.composite
def tickets(draw: st.DrawFn) -> Ticket:
    """Draw any ticket that layout 2 can carry, sensible or not."""
    start = datetime.fromtimestamp(draw(st.integers(0, 2**32)), UTC)
    return Ticket(
        UUID(int=draw(st.integers(0, 2**128 - 1))),
        draw(texts),
        start,
        start + draw(seconds),
        tuple(draw(st.lists(people, max_size=4))),
        tuple(draw(st.lists(legs(start), max_size=4))),
        draw(st.integers(1, 10**6)),
        draw(st.none() | st.binary(min_size=33, max_size=33)),
    )


@given(tickets())
def test_what_was_written_comes_back(ticket: Ticket) -> None:
    assert decode(encode(ticket)) == ticket


@given(tickets())
def test_every_shorter_and_longer_writing_is_refused(ticket: Ticket) -> None:
    data = encode(ticket)
    for size in range(len(data)):
        with pytest.raises(TicketMalformed):
            decode(data[:size])
    with pytest.raises(TicketMalformed, match="1 bytes follow"):
        decode(data + b"\0")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_ticket_in_its_one_writing_or_refused(data: bytes) -> None:
    try:
        ticket = decode(data)
    except TicketMalformed:
        return
    assert encode(ticket) == data


@given(st.data())
def test_a_changed_payload_never_raises_anything_else(data: st.DataObject) -> None:
    payload = bytearray(encode(content()))
    for _ in range(data.draw(st.integers(1, 4))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    try:
        ticket = decode(bytes(payload))
    except TicketMalformed:
        return
    assert encode(ticket) == payload


def test_the_ticket_says_what_was_sold() -> None:
    ticket = content()
    assert ticket.order_id == ORDER_ID
    assert ticket.issuer == "kommit Senden"
    assert ticket.passengers == (
        TicketPassenger(0, PassengerCategory.ADULT),
        TicketPassenger(1, PassengerCategory.CHILD),
    )
    assert [leg.passengers for leg in ticket.legs] == [(0, 1)] * 3
    assert [leg.position for leg in ticket.legs] == [1, 2, 3], "the walk needs no ticket"
    assert ticket.valid_from == EIGHT - timedelta(minutes=30)
    assert ticket.valid_until == EIGHT + timedelta(minutes=56 + 120)
    assert [(leg.mode, leg.route_name, leg.agency_id) for leg in ticket.legs] == [
        (LegMode.ON_DEMAND, "T85", "rvm:taxi-senden"),
        (LegMode.BUS, "C12", "rvm:rvm"),
        (LegMode.RAIL, "RB42", "db:eurobahn"),
    ]
    last = ticket.legs[-1]
    assert (last.origin_name, last.destination_name) == (
        "Bösensell, Bahnhof",
        "Münster, Hauptbahnhof",
    )
    assert (last.departure, last.arrival) == (
        EIGHT + timedelta(minutes=45),
        EIGHT + timedelta(minutes=56),
    )
    assert (last.trip_id, last.service_day) == ("rvm:rb42-weekday-0645", date(2026, 5, 4))
    assert (last.board, last.alight) == (2, 9)


def test_the_layout_is_as_documented() -> None:
    """Byte by byte after docs/ticket-format.md, for a ticket of one ride."""
    leg = replace(
        content().legs[1],
        origin_name="A",
        destination_name="K",
        trip_id="t:1",
        agency_id="t:a",
        departure=EIGHT,
        arrival=EIGHT + timedelta(minutes=10),
    )
    child = TicketPassenger(2, PassengerCategory.CHILD, ("K",), TravelClass.FIRST, bicycle=True)
    ticket = replace(
        content(),
        issuer="K",
        passengers=(child,),
        legs=(replace(leg, passengers=(2,)),),
        version=3,
        device_key=bytes(range(33)),
    )
    assert encode(ticket) == (
        bytes.fromhex("0196a8f26b007c3a9d510a1b2c3d4e5f")  # order id
        + bytes([3])  # the order's third ticket
        + bytes([33, *range(33)])  # the phone's key
        + b"\x02K"  # issuer, a new text of one byte
        + bytes.fromhex("d8dde0cf06")  # valid from second 1,777,872,600: 05:30 UTC
        + bytes.fromhex("c860")  # for 12,360 seconds
        + bytes([1, 2, 1, 3, 1])  # one passenger, number 2: child, first class + bicycle, one
        + b"\x01"  # subscription: the text number 0, "K"
        + bytes([1])  # one leg
        + bytes([2, 4, 0, 0b100])  # position 2, bus, a ride, for passenger 2
        + b"\x06C12\x06t:a\x06t:1\x02A"  # route, operator, trip, from
        + b"\x01"  # to: the text number 0, "K"
        + bytes.fromhex("e1a001")  # service day 20,577
        + bytes([2, 9])  # board, alight
        + bytes.fromhex("880e")  # departs 1,800 seconds into the validity
        + bytes.fromhex("d804")  # rides for 600 seconds
    )


def test_a_rental_is_written_by_its_system_type_and_stations() -> None:
    """Byte by byte, for a ticket of a cargo bike from its box and back."""
    rental = TicketRental("s", "cargo", None, "box", "box")
    leg = replace(
        content().legs[1],
        mode=LegMode.CARGO_BICYCLE,
        kind=LegKind.RENTAL,
        rental=rental,
        trip_id="",
        board=0,
        alight=1,
        departure=EIGHT,
        arrival=EIGHT + timedelta(minutes=10),
        service_day=EIGHT.date(),
    )
    data = encode(replace(content(), legs=(leg,)))
    assert decode(data).legs == (leg,)
    assert data.endswith(
        bytes([2, 10, 2, 0b11])
        + b"\x06C12\x0ervm:rvm\x02s\x0acargo\x00\x06box"
        + b"\x0d"  # again the text number 6: "box"
        + b"\x24Senden, Busbahnhof"
        + "Bösensell, Bahnhof".encode().join([b"\x26", b""])
        + bytes.fromhex("880ed804")
    )


def test_a_text_written_twice_is_refused() -> None:
    """It reads like a ticket, and is not how we write it."""
    leg = replace(content().legs[0], origin_name="Here", destination_name="Here")
    data = encode(replace(content(), legs=(leg,)))
    place = data.index(b"\x08Here") + 5
    assert data[place] == 2 * 4 + 1, "the fifth text again"
    with pytest.raises(TicketMalformed, match="canonical"):
        decode(data[:place] + b"\x08Here" + data[place + 1 :])


def test_a_text_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TicketMalformed, match="repeats a text that it does not have"):
        Reader(b"\x03").text()


def test_the_envelope_is_as_documented() -> None:
    payload, data = pack(content()), signed()
    assert data[:2] == b"K\x02"
    assert data[2:10].hex() == key().public.id
    assert int.from_bytes(data[10:12], "big") == len(payload)
    assert data[12:-64] == payload
    key().private.public_key().verify(data[-64:], b"kommit ticket\x00" + data[:-64])


def test_three_rides_by_three_operators_take_less_than_300_bytes() -> None:
    assert len(signed()) < 300


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda _: b"", "not a kommit ticket"),
        (lambda _: b"#UT01", "not a kommit ticket"),
        (lambda data: data[:11], "cut short"),
        (lambda data: b"K\x03" + data[2:], "has version 3, only 1 and 2 are known"),
        (lambda data: data[:-1], f"should have {len(signed())} or {len(signed()) + 68} bytes"),
        (lambda data: data + b"\0", f"should have {len(signed())} or {len(signed()) + 68} bytes"),
        (lambda data: data + bytes(67), f"bytes, not {len(signed()) + 67}"),
        (lambda data: b"K\x01" + data[2:] + bytes(68), f"should have {len(signed())} bytes"),
        (lambda data: data[:10] + b"\xff\xff" + data[12:], "should have 65611 or 65679 bytes"),
        (lambda data: data + bytes(2_000), "at most 1200 bytes"),
    ],
)
def test_an_envelope_has_no_byte_too_few_or_too_many(
    change: Callable[[bytes], bytes], sentence: str
) -> None:
    with pytest.raises(TicketMalformed, match=sentence):
        take_apart(change(signed()))


def test_a_ticket_too_large_for_a_code_is_not_made() -> None:
    room = MAX_BYTES - 12 - 64 - 68
    assert len(head_and_payload(bytes(8), bytes(room))) == MAX_BYTES - 64 - 68
    with pytest.raises(ValueError, match="does not fit a code"):
        head_and_payload(bytes(8), bytes(room + 1))


@given(st.binary(max_size=500))
def test_packing_comes_back(plain: bytes) -> None:
    packed = deflate(plain, DICTIONARY)
    assert inflate(packed, max(len(plain), 1), DICTIONARY) == plain


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(deflate(bytes(101)), id="more than the limit"),
        pytest.param(deflate(bytes(100_000_000)), id="a bomb"),
        pytest.param(deflate(bytes(100)) + b"more", id="followed by something"),
        pytest.param(deflate(bytes(100))[:-1], id="cut short"),
        b"",
        b"\xff\xff",
    ],
)
def test_unpacking_is_bounded_and_strict(packed: bytes) -> None:
    assert inflate(deflate(bytes(100)), 100) == bytes(100)
    with pytest.raises(ValueError, match="packed bytes"):
        inflate(packed, 100)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x80" * 7, id="never ends"),
        pytest.param(b"\x85\x00", id="padded"),
        pytest.param(b"\x80", id="cut"),
    ],
)
def test_numbers_have_one_writing(data: bytes) -> None:
    with pytest.raises(TicketMalformed):
        Reader(data).varint()


@given(st.integers(0, 2**42 - 1))
def test_numbers_come_back(number: int) -> None:
    writer = Writer()
    writer.varint(number)
    reader = Reader(bytes(writer.data))
    assert reader.varint() == number
    reader.end()


@pytest.mark.parametrize("number", [-1, 2**42])
def test_numbers_that_no_ticket_carries(number: int) -> None:
    with pytest.raises(ValueError, match="cannot carry"):
        Writer().varint(number)


@given(st.text(max_size=80), st.integers(4, 60))
def test_a_cut_name_fits_and_begins_like_the_whole(name: str, limit: int) -> None:
    short = cut_name(name, limit)
    assert len(short.encode()) <= limit
    assert short.isprintable()
    letters = "".join(c for c in name if c.isprintable() and not c.isspace())
    kept = "".join(c for c in short.removesuffix("…") if not c.isspace())
    assert letters.startswith(kept)
    assert short.endswith("…") or kept == letters


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Senden, Busbahnhof", "Senden, Busbahnhof"),
        ("Münster, Von-Steuben-Straße / Hauptbahnhof", "Münster, Von-Steuben-Straße /…"),
        ("Ende\x1b[2J\nAnfang\u00a0hier", "Ende [2J Anfang hier"),
    ],
)
def test_names_as_an_inspector_reads_them(name: str, short: str) -> None:
    assert cut_name(name, 34) == short
