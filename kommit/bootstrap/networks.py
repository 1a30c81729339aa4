"""The network of this moment: loaded from an image, and exchanged when another one goes live."""

import hashlib
import logging
import threading
from collections.abc import Container
from pathlib import Path

from feeds.errors import ImageError
from feeds.image import live
from feeds.image.image import NetworkImage, load_image
from feeds.image.manifest import FILE, read_manifest
from feeds.ondemand.definition import KnownStop, read_service
from kommit.api.network import Network, RegionFacts
from kommit.api.realtime import SourceStatus
from kommit.bootstrap.realtime import RealtimeFeeds
from kommit.bootstrap.supply import SupplyNow
from kommit.kit.node import BadFile
from kommit.regions.region import REGIONS, Region, load_region
from routing.ondemand.search import Fleets
from routing.ondemand.service import OnDemandService
from routing.sharing.supply import NO_SUPPLY

log = logging.getLogger(__name__)


class LiveNetwork:
    """Gives the network that is live; ``refresh`` looks whether the pointer moved.

    A request keeps the network that it got, so running ones finish on the old image and with what
    was known when they came.

    Parameters
    ----------
    folder
        An image, or a folder that points to the live one (``feeds.image.live``).
    region
        What is served, or None: the region that the image names, if it ships with kommit.
    warm
        Build at once what the first questions would wait for.
    realtime
        What is known of the moment; ``renew`` puts it over the network.
    connected
        Ids of the sharing systems of others that can be booked through us.
    """

    def __init__(
        self,
        folder: Path,
        region: Region | None = None,
        *,
        warm: bool = False,
        realtime: RealtimeFeeds | None = None,
        connected: Container[str] = (),
    ) -> None:
        self._folder, self._given, self._warm = folder, region, warm
        self._connected = connected
        self._realtime = realtime or RealtimeFeeds((), 0)
        self._supplied = SupplyNow(NO_SUPPLY, 0)
        self._fleets: Fleets | None = None
        self._planned = self._network = self._load(image_folder(folder))
        self._edition = self._realtime.edition()
        self._lock = threading.Lock()

    @property
    def region(self) -> Region | None:
        """The region that is served, or None where nothing but the image is known of it."""
        return self._given or shipped_region(self._network.image.manifest.region.name)

    def __call__(self) -> Network:
        """Return the network of this moment."""
        return self._network

    def refresh(self) -> bool:
        """Load the live image if it is another one; return whether it was."""
        try:
            folder = image_folder(self._folder)
            if read_manifest(folder).id == self._network.image.id:
                return False
            self._exchange(self._load(folder))
        except ImageError as error:
            log.warning("the old network stays live: %s", error)
            return False
        log.info("network %s is live", self._network.image.id)
        return True

    def renew(self) -> bool:
        """Put the realtime of this moment over the network, if it is news; say whether it was."""
        with self._lock:
            edition = self._realtime.edition()
            if edition == self._edition:
                return False
            self._edition = edition  # one that cannot be put over the network is not tried again
            self._network = self._realtime.over(self._planned)
        return True

    def dispatch(self, fleets: Fleets) -> None:
        """Offer own on-demand services from now on, by the plans that ``fleets`` knows."""
        with self._lock:
            self._fleets = fleets
            self._planned = self._planned.with_fleets(fleets)
            self._network = self._realtime.over(self._planned)

    def supply(self, supplied: SupplyNow) -> bool:
        """Let riders rent these vehicles from now on, if they are news; say whether they are."""
        with self._lock:
            if supplied.supply.number == self._supplied.supply.number:
                return False
            self._supplied = supplied
            self._planned = self._planned.with_supply(*supplied)
            self._network = self._realtime.over(self._planned)
        return True

    def status(self) -> list[SourceStatus]:
        """Return how it stands with each source of realtime."""
        return self._realtime.status(self._network.image)

    def _exchange(self, planned: Network) -> None:
        """Let another network be live, with what is known of the moment over it."""
        with self._lock:
            edition = self._realtime.edition()
            self._planned = planned.with_supply(*self._supplied)
            self._network = self._realtime.over(self._planned)
            self._edition = edition

    def _load(self, folder: Path) -> Network:
        image = load_image(folder)
        region = self._given or shipped_region(image.manifest.region.name)
        own = services_of_region(region, image) if region else []
        services = [*own, *image.on_demand]
        facts = facts_of_region(region, image) if region else None
        network = Network(image, facts, services, self._connected)
        if self._fleets is not None:
            network = network.with_fleets(self._fleets)
        if self._warm:
            network.warm()
        return network


def image_folder(folder: Path) -> Path:
    """Return the folder of the image: itself, or the live one of a store."""
    return folder if (folder / FILE).is_file() else live.current(folder) or folder


def shipped_region(name: str) -> Region | None:
    """Return the region of this name that ships with kommit, or None."""
    is_plain = name.isidentifier()
    return load_region(name) if is_plain and (REGIONS / name / "region.json").is_file() else None


def services_of_region(region: Region, image: NetworkImage) -> list[OnDemandService]:
    """Return the on-demand services that a region defines, for the stops of an image.

    One that cannot be used, because the image lacks a stop of it, say, is left out and logged:
    timetables change, and everything else is to run on.
    """
    names, tt = image.catalogue, image.timetable
    known = [
        KnownStop(
            names.stop(stop).id,
            names.stop(stop).name,
            float(tt.stop_lat[stop]),
            float(tt.stop_lon[stop]),
        )
        for stop in range(tt.n_known_stops)
    ]
    services = []
    for path in region.shuttles:
        try:
            services.append(read_service(path, known))
        except BadFile as error:
            log.error("an on-demand service is not offered: %s", error)  # noqa: TRY400 - it says all
    return services


def facts_of_region(region: Region, image: NetworkImage) -> RegionFacts:
    """Return what a region says of itself; streets of its own may be replaced in the image."""
    own_streets = _has_streets_of(image, region)
    attribution = region.attribution if own_streets else _without_streets(region, image)
    return RegionFacts(
        name=region.name,
        title_de=region.title["de"],
        title_en=region.title["en"],
        center=region.center,
        bbox=region.bbox,
        attribution=attribution,
        illustrative_streets=own_streets and region.illustrative_streets,
        examples=tuple((e.origin.name, e.destination.name) for e in region.examples),
    )


def _has_streets_of(image: NetworkImage, region: Region) -> bool:
    entry = image.manifest.streets
    if entry is None or region.streets is None:
        return False
    return entry.sha256 == hashlib.sha256(region.streets.read_bytes()).hexdigest()


def _without_streets(region: Region, image: NetworkImage) -> tuple[str, ...]:
    """Return the region's attribution with that of the streets that are really in the image."""
    kept = [line for line in region.attribution if not line.startswith("Streets:")]
    streets = image.manifest.streets
    return tuple(dict.fromkeys([*kept, *(streets.attribution if streets else ())]))
