"""What can be seen: a part of the page as pixels, and where on it a place of the map is."""

import base64
import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
from playwright.sync_api import Locator, Page

Pixels = npt.NDArray[np.uint8]
"""Rows of pixels of the page; red, green, blue."""

DECODE = """async text => {
  const bytes = Uint8Array.from(atob(text), character => character.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const {data} = pen.getImageData(0, 0, image.width, image.height);
  let binary = "";
  for (let at = 0; at < data.length; at += 32768)
    binary += String.fromCharCode(...data.subarray(at, at + 32768));
  return [image.width, image.height, btoa(binary)];
}"""
"""A browser is at hand that reads PNG in colour."""

SAME = 12
"""Colours differ by so much at most from what the style says: edges are smoothed."""


def seen(part: Locator, save_as: Path | None = None) -> Pixels:
    """Return a part of the page as it is drawn now, one pixel for one of the page."""
    shot = part.screenshot(path=save_as, scale="css")
    width, height, text = part.page.evaluate(DECODE, base64.b64encode(shot).decode())
    flat = np.frombuffer(base64.b64decode(text), dtype=np.uint8)
    return flat.reshape(height, width, 4)[:, :, :3]


def share_of(pixels: Pixels, color: str) -> float:
    """Return which share of the pixels has a colour ``#rrggbb``."""
    if pixels.size == 0:
        return 0.0
    wanted = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)])
    return float(np.mean((np.abs(pixels.astype(int) - wanted) <= SAME).all(axis=2)))


def place_on(page: Page, lat: float, lon: float) -> tuple[int, int]:
    """Return where a place is in the picture of the map: pixels from its left and its top."""
    chart = page.locator(".map")
    west, south, east, north = map(float, (chart.get_attribute("data-seen") or "").split(","))
    box = chart.bounding_box()
    assert box is not None
    x = (lon - west) / (east - west) * box["width"]
    y = (_mercator(north) - _mercator(lat)) / (_mercator(north) - _mercator(south)) * box["height"]
    return round(x), round(y)


def _mercator(lat: float) -> float:
    return math.asinh(math.tan(math.radians(lat)))
