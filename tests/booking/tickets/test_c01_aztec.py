"""C01: the code of a ticket: written, read back, and read from what others wrote."""

import struct
import xml.etree.ElementTree as ET
import zlib

import numpy as np
import numpy.typing as npt
import pytest
from aztec_code_generator import AztecCode
from hypothesis import given
from hypothesis import strategies as st

from booking.tickets.aztec import MARGIN, from_pixels, from_png, modules, to_png, to_svg
from booking.tickets.envelope import MAX_BYTES
from booking.tickets.errors import NoTicketInImage
from booking.tickets.png import read_png, write_png
from booking.tickets.verify import verify
from tests.booking.tickets.keys import RING, content, signed
from tests.booking.trips import EIGHT

U8 = npt.NDArray[np.uint8]


def grey(black: npt.NDArray[np.bool_], scale: int = 4) -> U8:
    return np.where(black, np.uint8(0), np.uint8(255)).repeat(scale, 0).repeat(scale, 1)


# --- codes


@pytest.mark.parametrize("scale", [1, 2, 6, 32])
def test_a_png_is_read_back(scale: int) -> None:
    assert from_png(to_png(signed(), scale)) == signed()


def test_a_code_from_a_picture_is_a_valid_ticket() -> None:
    assert verify(from_png(to_png(signed())), RING.public, EIGHT) == content()


def test_an_independent_encoders_code_is_read() -> None:
    matrix = np.array(AztecCode(signed()).matrix, dtype=bool)
    assert from_pixels(grey(np.pad(matrix, 3))) == signed()


def test_an_independent_encoder_agrees_on_the_message() -> None:
    """Sizes may differ by the error correction asked for; what is read does not."""
    data = bytes(range(256))
    theirs = np.pad(np.array(AztecCode(data).matrix, dtype=bool), 3)
    assert from_pixels(grey(theirs)) == from_pixels(grey(modules(data))) == data


@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_are_read_back(data: bytes) -> None:
    """Also those that begin with 0, or look like text or like an ECI."""
    assert from_pixels(grey(modules(data))) == data


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(np.random.default_rng(7).bytes(MAX_BYTES), id="random"),
        pytest.param(bytes(MAX_BYTES), id="zeros"),
        pytest.param(b"\xff" * MAX_BYTES, id="ones"),
    ],
)
def test_the_largest_ticket_fits_a_code(data: bytes) -> None:
    assert from_png(to_png(data, 2)) == data


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_photograph_may_be_turned_dim_noisy_and_wide(turns: int) -> None:
    rng = np.random.default_rng(turns)
    code = np.rot90(grey(modules(signed()), 5), turns)
    photo = np.full((900, 1_200), 200, dtype=np.int64)
    height, width = code.shape
    photo[200 : 200 + height, 300 : 300 + width] = 60 + code * 0.45
    photo = np.clip(photo + rng.normal(0, 12, photo.shape), 0, 255)
    assert from_pixels(photo.astype(np.uint8)) == signed()


def test_dirt_is_corrected_up_to_a_point() -> None:
    """A blot of 6 x 6 modules is repaired; half a code is no code."""
    image = grey(modules(signed()))
    blot = image.copy()
    blot[20:44, 20:44] = 0
    assert from_pixels(blot) == signed()
    half = image.copy()
    half[: len(half) // 2] = 255
    with pytest.raises(NoTicketInImage, match="no Aztec code"):
        from_pixels(half)


def test_our_code_is_found_beside_another() -> None:
    other = np.pad(grey(modules(b"#UT another ticket")), 20, constant_values=255)
    ours = np.pad(grey(modules(signed())), 20, constant_values=255)
    sheet = np.full((len(other) + len(ours), max(len(other), len(ours))), 255, np.uint8)
    sheet[: len(other), : len(other)] = other
    sheet[len(other) :, : len(ours)] = ours
    assert from_pixels(sheet) == signed()


def test_an_svg_shows_the_same_modules() -> None:
    drawn = ET.fromstring(to_svg(signed()))
    size = int(drawn.attrib["viewBox"].split()[2])
    seen = np.zeros((size, size), dtype=bool)
    path = drawn.findall("{http://www.w3.org/2000/svg}path")[0].attrib["d"]
    for bar in path.strip("Mz").split("zM"):
        start, rest = bar.split("h", 1)
        x, y = map(int, start.split())
        seen[y, x : x + int(rest.split("v")[0])] = True
    assert (seen == modules(signed())).all()
    assert not seen[:MARGIN].any()
    assert from_pixels(grey(seen)) == signed()


@pytest.mark.parametrize("scale", [0, 33])
def test_a_scale_out_of_range(scale: int) -> None:
    with pytest.raises(ValueError, match="1 to 32 pixels"):
        to_png(signed(), scale)


# --- PNG, against a slow encoder written from the standard


def slow_png(
    rows: list[bytes], width: int, depth: int, colour: int, filters: list[int], palette: bytes = b""
) -> bytes:
    """Encode rows with the given filters, pixel by pixel as ISO/IEC 15948, 9.2 says."""
    unit = max(1, depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour] // 8)
    body, above = b"", bytes(len(rows[0]))
    for kind, row in zip(filters, rows, strict=True):
        body += bytes([kind]) + bytes(
            (row[i] - slow_prediction(kind, row, above, i, unit)) % 256 for i in range(len(row))
        )
        above = row
    head = struct.pack(">IIBBBBB", width, len(rows), depth, colour, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"PLTE", palette), (b"IDAT", zlib.compress(body)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
        if data or kind == b"IEND"
    )


def slow_prediction(kind: int, row: bytes, above: bytes, i: int, unit: int) -> int:
    a, b = row[i - unit] if i >= unit else 0, above[i]
    c = above[i - unit] if i >= unit else 0
    nearest = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
    return [0, a, b, (a + b) // 2, nearest][kind]


@given(st.data())
def test_every_filter_is_undone(data: st.DataObject) -> None:
    colour, channels = data.draw(st.sampled_from([(0, 1), (2, 3), (4, 2), (6, 4)]))
    depth = data.draw(st.sampled_from([8, 16]))
    width, height = data.draw(st.integers(1, 7)), data.draw(st.integers(1, 7))
    size = width * channels * depth // 8
    rows = data.draw(
        st.lists(st.binary(min_size=size, max_size=size), min_size=height, max_size=height)
    )
    filters = data.draw(st.lists(st.integers(0, 4), min_size=height, max_size=height))
    plain = read_png(slow_png(rows, width, depth, colour, [0] * height))
    filtered = read_png(slow_png(rows, width, depth, colour, filters))
    assert plain.shape == (height, width)
    assert (filtered == plain).all()


@given(st.integers(1, 20), st.integers(1, 20), st.randoms(use_true_random=False))
def test_black_and_white_comes_back(width: int, height: int, random: object) -> None:
    black = np.array(
        [[random.random() < 0.5 for _ in range(width)] for _ in range(height)]  # type: ignore[attr-defined]
    )
    assert ((read_png(write_png(black)) == 0) == black).all()


@pytest.mark.parametrize(
    ("depth", "colour", "row", "palette", "expected"),
    [
        pytest.param(1, 0, b"\xa0", b"", [255, 0, 255], id="grey of one bit"),
        pytest.param(2, 0, b"\x1b", b"", [0, 85, 170, 255], id="grey of two bits"),
        pytest.param(4, 0, b"\x0f\x80", b"", [0, 255, 136], id="grey of four bits"),
        pytest.param(16, 0, b"\x12\x34", b"", [0x12], id="grey of sixteen bits"),
        pytest.param(8, 2, b"\xff\0\0\0\xff\0\0\0\xff", b"", [76, 149, 29], id="red green blue"),
        pytest.param(8, 3, b"\1\0", b"\0\0\0\xff\xff\xff", [255, 0], id="palette"),
        pytest.param(4, 3, b"\x10", b"\0\0\0\xff\xff\xff", [255, 0], id="palette of four bits"),
        pytest.param(8, 4, b"\0\xff\0\0", b"", [0, 255], id="transparent is white"),
        pytest.param(8, 6, b"\0\0\0\x80", b"", [127], id="half transparent"),
    ],
)
def test_kinds_of_pixels(
    depth: int, colour: int, row: bytes, palette: bytes, expected: list[int]
) -> None:
    image = slow_png([row], len(expected), depth, colour, [0], palette)
    assert read_png(image)[0].tolist() == expected


GOOD = slow_png([b"\0\1", b"\2\3"], 2, 8, 0, [4, 4])


def with_head(**change: int) -> bytes:
    """Return an image whose head says something else, with the right checksum."""
    names = ("width", "height", "depth", "colour", "compression", "filter", "interlace")
    fields = dict(zip(names, struct.unpack(">IIBBBBB", GOOD[16:29]), strict=True)) | change
    head = b"IHDR" + struct.pack(">IIBBBBB", *fields.values())
    return GOOD[:12] + head + struct.pack(">I", zlib.crc32(head)) + GOOD[33:]


@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        (b"", "not a PNG"),
        (b"\xff\xd8\xff\xe0 a JPEG", "not a PNG"),
        (GOOD[:8], "no head"),
        (GOOD[:-1], "damaged or cut short"),
        (GOOD[:40] + b"\xff" + GOOD[41:], "damaged or cut short"),
        (with_head(interlace=1), "interlaced"),
        (with_head(depth=3), "does not exist"),
        (with_head(colour=5), "does not exist"),
        (with_head(width=0), "does not exist"),
        (with_head(height=3), "fewer rows"),
        (with_head(width=60_000, height=60_000), "60000 x 60000 pixels is too large"),
        (with_head(width=2**31, height=2**31), "too large"),
        (with_head(colour=3), "colours that it does not define"),
        (slow_png([b"\0"], 1, 8, 0, [0])[:8] + GOOD[33:], "no head"),
    ],
)
def test_an_image_that_is_not_sound(image: bytes, sentence: str) -> None:
    with pytest.raises(NoTicketInImage, match=sentence):
        read_png(image)


def test_an_unknown_filter_is_refused() -> None:
    image = write_png(np.zeros((1, 1), dtype=bool))
    body = zlib.compress(b"\x05\x00")
    chunk = b"IDAT" + body
    broken = (
        image[:33] + struct.pack(">I", len(body)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )
    with pytest.raises(NoTicketInImage, match="filter that does not exist"):
        read_png(broken + image[-12:])


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_changed_image_is_refused_in_a_plain_way(place: int, change: int) -> None:
    changed = bytearray(GOOD)
    changed[place] ^= change
    with pytest.raises(NoTicketInImage):
        read_png(bytes(changed))
