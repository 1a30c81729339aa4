"""Another operator's GBFS feed: files in a folder, which a test changes."""

import json
import os
import time
from itertools import count
from pathlib import Path
from typing import Any

from tests.support.server import EARLY

NOW = int(EARLY.timestamp())


class Operator:
    """A GBFS feed in a folder, served or not; ``tell`` changes a file."""

    def __init__(self, folder: Path, base: str) -> None:
        self.folder, self.base = folder, base
        self.tell(
            "system_information", {"system_id": "x", "name": [text_in_german("Rad")], **_REST}
        )
        self.tell("station_information", {"stations": [station_at("a", 51.85, 7.48)]})
        self.counts(3)
        names = [path.stem for path in folder.glob("*.json")]
        feeds = [{"name": name, "url": f"{base}/{name}.json"} for name in sorted(names)]
        self.tell("gbfs", {"feeds": feeds})

    def tell(self, name: str, data: Any, *, updated: int = NOW, ttl: int = 10) -> None:
        told = {"last_updated": rfc3339(updated), "ttl": ttl, "version": "3.0", "data": data}
        self.write(name, json.dumps(told))

    def counts(self, bikes: int, **how: int) -> None:
        status = {
            "station_id": "a",
            "num_vehicles_available": bikes,
            "num_docks_available": 5,
            "is_installed": True,
            "is_renting": True,
            "is_returning": True,
            "last_reported": rfc3339(how.get("updated", NOW)),
        }
        self.tell("station_status", {"stations": [status]}, **how)

    def write(self, name: str, text: str) -> None:
        path = self.folder / f"{name}.json"
        fresh = path.with_suffix(".fresh")
        fresh.write_text(text)
        moment = time.time() + next(_LATER)  # another second for Last-Modified
        os.utime(fresh, (moment, moment))
        fresh.replace(path)


_LATER = count(2, 2)
_REST = {
    "languages": ["de"],
    "timezone": "Europe/Berlin",
    "opening_hours": "24/7",
    "feed_contact_email": "x@kommit.example",
}


def text_in_german(text: str) -> dict[str, str]:
    return {"text": text, "language": "de"}


def station_at(station_id: str, lat: float, lon: float) -> dict[str, Any]:
    return {"station_id": station_id, "name": [text_in_german("Markt")], "lat": lat, "lon": lon}


def rfc3339(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))
