"""Tickets as Aztec codes (ISO/IEC 24778): as PNG, as SVG, and back from an image.

Aztec, because it needs no empty margin, reads well from a phone's display, and is what inspectors'
devices of railways and buses are made for.
"""

from io import BytesIO
from typing import Final

import numpy as np
import numpy.typing as npt
import zxingcpp
from PIL import Image

from booking.tickets.envelope import MAGIC
from booking.tickets.errors import NoTicketInImage
from booking.tickets.png import read_png, write_png

AZTEC: Final = zxingcpp.BarcodeFormat.Aztec
MARGIN: Final = 2
"""White modules around the code. The standard asks for none; dark pages do."""
SCALE: Final = 6
MAX_SCALE: Final = 32
MAX_PIXELS: Final = 60_000_000
"""Of a photograph."""


def modules(data: bytes) -> npt.NDArray[np.bool_]:
    """Return the code of some bytes with its margin: ``(N, N)``, True is black.

    Raises
    ------
    ValueError
        If no code holds that much.
    """
    code = zxingcpp.create_barcode(data, AZTEC)
    dark = np.array(code.to_image(scale=1, add_quiet_zones=False)) == 0
    return np.pad(dark, MARGIN)


def to_png(data: bytes, scale: int = SCALE) -> bytes:
    """Return a ticket's code as a PNG image of ``scale`` pixels (1 to 32) a module."""
    if not 1 <= scale <= MAX_SCALE:
        raise ValueError(f"a module has 1 to {MAX_SCALE} pixels, not {scale}")
    return write_png(modules(data).repeat(scale, axis=0).repeat(scale, axis=1))


def to_svg(data: bytes) -> str:
    """Return a ticket's code as an SVG image that grows with its frame."""
    dark = modules(data)
    size = len(dark)
    bars = "".join(_bars_of(row, y) for y, row in enumerate(dark))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        'shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path fill="#000" d="{bars}"/></svg>\n'
    )


def from_png(image: bytes) -> bytes:
    """Return the ticket that a PNG image shows: a screenshot, or a photograph, even turned.

    Where it shows several Aztec codes, one that begins like a ticket of ours is preferred.

    Raises
    ------
    NoTicketInImage
        If it cannot be read or shows no Aztec code.
    """
    return from_pixels(read_png(image))


def from_jpeg(image: bytes) -> bytes:
    """Return the ticket that a JPEG photograph shows.

    Raises
    ------
    NoTicketInImage
        If it cannot be read, is larger than ``MAX_PIXELS``, or shows no Aztec code.
    """
    try:
        with Image.open(BytesIO(image), formats=["JPEG"]) as photo:
            if photo.width * photo.height > MAX_PIXELS:
                raise NoTicketInImage(f"a photo of {photo.width} x {photo.height} is too large")
            grey = np.asarray(photo.convert("L"))
    except (OSError, ValueError, SyntaxError) as error:
        raise NoTicketInImage("the JPEG image cannot be read") from error
    return from_pixels(grey)


def from_pixels(grey: npt.NDArray[np.uint8]) -> bytes:
    """Return the ticket that ``(H, W)`` grey values show, or raise ``NoTicketInImage``."""
    found = [
        bytes(code.bytes)
        for code in zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats([AZTEC]))
    ]
    if not found:
        raise NoTicketInImage("no Aztec code was found in the image")
    return next((data for data in found if data[:1] == bytes([MAGIC])), found[0])


def _bars_of(row: npt.NDArray[np.bool_], y: int) -> str:
    """Return an SVG path of the black runs of one row."""
    edges = np.flatnonzero(np.diff(np.pad(row, 1).astype(np.int8)))
    return "".join(
        f"M{start} {y}h{end - start}v1h-{end - start}z"
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    )
