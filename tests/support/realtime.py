"""GTFS Realtime for the small network of ``tests.support.server``: entities in short."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from tests.feeds.realtime.messages import encoded
from tests.support.server import World

Entity = dict[str, Any]
MONDAY = "20240506"
EIGHT = 1_714_975_200
"""Unix second of 8:00 in Berlin on that day."""


def trip(trip_id: str, *stops: Entity, day: str | None = MONDAY, **fields: Any) -> Entity:
    """Return a trip update; ``relationship`` and ``route_id`` are of the trip."""
    descriptor = {"trip_id": trip_id, "start_date": day}
    descriptor |= {"schedule_relationship": fields.pop("relationship", 0)}
    descriptor |= {"route_id": fields.pop("route_id", None)}
    told = {"trip": {k: v for k, v in descriptor.items() if v is not None}, **fields}
    return {"id": trip_id, "trip_update": told | {"stop_time_update": list(stops)}}


def at(stop_id: str, delay_s: int | None = None, when: int | None = None, **fields: Any) -> Entity:
    """Return what is told of a stop; ``instead`` is another platform."""
    instead = fields.pop("instead", None)
    event = {"delay": delay_s, "time": when}
    told = {"stop_id": stop_id, **fields}
    if any(value is not None for value in event.values()):
        event = {k: v for k, v in event.items() if v is not None}
        told |= {"arrival": event, "departure": event}
    if instead:
        told["stop_time_properties"] = {"assigned_stop_id": instead}
    return told


def vehicle(entity_id: str, lat: float, lon: float, **trip: Any) -> Entity:
    """Return where a vehicle is that runs a trip."""
    where = {"latitude": lat, "longitude": lon, "bearing": 45}
    return {"id": entity_id, "vehicle": {"trip": trip, "position": where}}


def alert(entity_id: str, *informed: Entity, text: str = "Umleitung", **fields: Any) -> Entity:
    """Return an alert in German."""
    header = {"translation": [{"text": text, "language": "de"}]}
    told = {"header_text": header, "informed_entity": list(informed), **fields}
    return {"id": entity_id, "alert": told}


def message(*entities: Entity, timestamp: int | None = None) -> bytes:
    """Return a message in protobuf."""
    header = {"gtfs_realtime_version": "2.0"} | ({"timestamp": timestamp} if timestamp else {})
    return encoded(header=header, entity=list(entities))


def put(path: Path, data: bytes) -> None:
    """Let a file have other content from one moment to the next."""
    fresh = path.with_suffix(".fresh")
    fresh.write_bytes(data)
    fresh.replace(path)


class Radio:
    """Tells an installation in this process what a file says; nothing happens by itself."""

    EVERY_S = 0.1

    def __init__(self, world: World, path: Path) -> None:
        self.world, self.path = world, path

    def tell(self, *entities: Entity, age_s: int = 0) -> dict[str, Any]:
        """Write a message and let the installation read it; return how it stands."""
        now = int(self.world.clock.at.timestamp())
        return self.send(message(*entities, timestamp=now - age_s))

    def send(self, data: bytes) -> dict[str, Any]:
        put(self.path, data)
        return self.listen()

    def listen(self, failures: int = 0) -> dict[str, Any]:
        """Wait until the installation asks again."""
        time.sleep(self.EVERY_S * 1.2 * 2**failures)
        for listener in self.world.kommit.listeners:
            for job in listener.jobs:
                job.run()
        return self.status()

    def status(self) -> dict[str, Any]:
        [source, *_] = self.world.client.get("/v1/health").json()["realtime"]
        status: dict[str, Any] = source
        return status


class Station:
    """A server that gives messages over HTTP, with ETags."""

    def __init__(self) -> None:
        self.data = b""
        self.status = 200
        self.asked: list[dict[str, str]] = []

    @contextmanager
    def on_air(self) -> Iterator[str]:
        """Serve; give the address."""
        station = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                station.asked.append(dict(self.headers))
                tag = f'"{hash(station.data)}"'
                unchanged = self.headers["If-None-Match"] == tag and station.status == 200
                self.send_response(304 if unchanged else station.status)
                self.send_header("ETag", tag)
                self.end_headers()
                if not unchanged:
                    self.wfile.write(station.data)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/rt?key=secret"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
