"""PNG images (ISO/IEC 15948) as arrays of grey, both ways: all that a code needs, and no more.

Reading is for uploads, so it is strict and bounded: lengths and checksums are checked, and pixels
are inflated only up to the size that the head promises, which itself is limited. Interlaced images
are refused.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from booking.tickets.errors import NoTicketInImage

U8 = npt.NDArray[np.uint8]

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
HEAD: Final = struct.Struct(">IIBBBBB")
MAX_RAW_BYTES: Final = 64_000_000
"""Sixteen megapixels in four channels."""
CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples a pixel, by colour type: grey, RGB, palette, grey and alpha, RGB and alpha."""
DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
PALETTE: Final = 3
LUMA: Final = np.array([299, 587, 114], dtype=np.uint32)
"""Weights of red, green and blue in thousandths (ITU-R BT.601)."""
SUB, UP, AVERAGE, PAETH = 1, 2, 3, 4


class _Head(NamedTuple):
    width: int
    height: int
    depth: int
    colour: int

    @property
    def row_bytes(self) -> int:
        return (self.width * self.depth * CHANNELS[self.colour] + 7) // 8

    @property
    def pixel_bytes(self) -> int:
        return max(1, self.depth * CHANNELS[self.colour] // 8)


def write_png(black: npt.NDArray[np.bool_]) -> bytes:
    """Return a black and white image: ``(H, W)``, True is black."""
    height, width = black.shape
    rows = np.packbits(~black, axis=1)
    raw = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1).tobytes()
    head = HEAD.pack(width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def read_png(data: bytes) -> U8:
    """Return the grey values of an image as ``(H, W)``; what is transparent becomes white.

    Raises
    ------
    NoTicketInImage
        If it is not a sound PNG image of a kind and size that is read here.
    """
    chunks = list(_chunks(data))
    if not chunks or chunks[0][0] != b"IHDR":
        raise NoTicketInImage("the PNG image has no head")
    head = _parse_head(chunks[0][1])
    packed = b"".join(body for kind, body in chunks if kind == b"IDAT")
    palette = next((body for kind, body in chunks if kind == b"PLTE"), b"")
    samples = _samples(_unfilter(_inflate(packed, head), head), head)
    return _grey(samples, head, palette)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not data.startswith(SIGNATURE):
        raise NoTicketInImage("this is not a PNG image")
    at = len(SIGNATURE)
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        if _chunk(kind, body) != data[at : at + 12 + size]:
            raise NoTicketInImage("the PNG image is damaged or cut short")
        yield kind, body
        at += 12 + size


def _parse_head(body: bytes) -> _Head:
    if len(body) != HEAD.size:
        raise NoTicketInImage("the PNG image has a damaged head")
    width, height, depth, colour, _, _, interlace = HEAD.unpack(body)
    if depth not in DEPTHS.get(colour, ()) or not width or not height:
        raise NoTicketInImage("the PNG image is of a kind that does not exist")
    if interlace:
        raise NoTicketInImage("interlaced PNG images are not read, save it without")
    head = _Head(width, height, depth, colour)
    if (head.row_bytes + 1) * height > MAX_RAW_BYTES:
        raise NoTicketInImage(f"an image of {width} x {height} pixels is too large")
    return head


def _inflate(packed: bytes, head: _Head) -> U8:
    """Return ``(H, 1 + row_bytes)``: the number of each row's filter, and what it left."""
    size = (head.row_bytes + 1) * head.height
    try:
        raw = zlib.decompressobj().decompress(packed, size)
    except zlib.error as error:
        raise NoTicketInImage("the PNG image is damaged") from error
    if len(raw) != size:
        raise NoTicketInImage("the PNG image has fewer rows than it says")
    return np.frombuffer(raw, np.uint8).reshape(head.height, head.row_bytes + 1)


def _unfilter(raw: U8, head: _Head) -> U8:
    """Undo the rows' filters; returns ``(H, row_bytes)``.

    A pixel is predicted from those to its left, above, and above left. So all pixels of one
    diagonal (row + column = d) are independent, given the two diagonals before: they are done at
    once, and kept by diagonal, where each neighbour is a slice: O(H + W) steps of numpy.
    """
    filters, body = raw[:, 0], raw[:, 1:]
    if filters.max() > PAETH:
        raise NoTicketInImage("the PNG image has a filter that does not exist")
    if not filters.any():
        return body
    height, unit = head.height, head.pixel_bytes
    columns = head.row_bytes // unit
    left_over = body.reshape(height, columns, unit)
    # kept[d + 2, row + 1] is the pixel in column d - row; what was never written is 0, as it must
    kept = np.zeros((height + columns + 1, height + 1, unit), np.uint8)
    for d in range(height + columns - 1):
        first, last = max(0, d - columns + 1), min(height, d + 1)
        rows = np.arange(first, last)
        left = kept[d + 1, first + 1 : last + 1].astype(np.int16)
        up = kept[d + 1, first:last].astype(np.int16)
        corner = kept[d, first:last].astype(np.int16)
        predicted = _predict(filters[first:last, None], left, up, corner)
        kept[d + 2, first + 1 : last + 1] = left_over[rows, d - rows] + predicted
    row, column = np.ogrid[:height, :columns]
    plain: U8 = kept[row + column + 2, row + 1].reshape(height, head.row_bytes)
    return plain


def _predict(
    filters: U8,
    left: npt.NDArray[np.int16],
    up: npt.NDArray[np.int16],
    corner: npt.NDArray[np.int16],
) -> U8:
    """Return each pixel's prediction; all ``(N, unit)``, the filters ``(N, 1)``."""
    to_left, to_up, to_corner = (
        np.abs(up - corner),
        np.abs(left - corner),
        np.abs(left + up - 2 * corner),
    )
    paeth = np.where(
        (to_left <= to_up) & (to_left <= to_corner), left, np.where(to_up <= to_corner, up, corner)
    )
    kinds = [filters == SUB, filters == UP, filters == AVERAGE, filters == PAETH]
    return np.select(kinds, [left, up, (left + up) // 2, paeth], 0).astype(np.uint8)


def _samples(rows: U8, head: _Head) -> U8:
    """Return ``(H, W, channels)``; of 16 bits the upper 8, of fewer than 8 the number itself."""
    channels = CHANNELS[head.colour]
    if head.depth == 16:
        rows = rows[:, ::2]
    if head.depth < 8:
        bits = np.unpackbits(rows, axis=1).reshape(head.height, -1, head.depth)
        weights = (1 << np.arange(head.depth)[::-1]).astype(np.uint8)
        rows = (bits * weights).sum(axis=2, dtype=np.uint8)[:, : head.width]
    return rows.reshape(head.height, head.width, channels)


def _grey(samples: U8, head: _Head, palette: bytes) -> U8:
    if head.colour == PALETTE:
        colours = np.frombuffer(palette[: len(palette) // 3 * 3], np.uint8).reshape(-1, 3)
        if samples.max() >= len(colours):
            raise NoTicketInImage("the PNG image uses colours that it does not define")
        samples = colours[samples[:, :, 0]]
    elif head.depth < 8:
        samples = samples * np.uint8(255 // ((1 << head.depth) - 1))
    channels = samples.shape[2]
    light = samples[:, :, 0].astype(np.uint32)
    if channels >= 3:
        light = samples[:, :, :3] @ LUMA // 1000
    if channels in (2, 4):
        alpha = samples[:, :, -1].astype(np.uint32)
        light = (light * alpha + 255 * (255 - alpha)) // 255
    return light.astype(np.uint8)
