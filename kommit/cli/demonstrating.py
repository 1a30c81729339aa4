"""The work behind ``kommit demo``: an image, a database, keys, a rider with money, a server."""

import logging
import shutil
import time as clock
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Final

from booking.domain.errors import AccountExists
from booking.domain.money import Money
from booking.domain.staff import Role
from booking.service.wallet import DEMO_GRANT
from feeds.errors import ImageError
from feeds.gtfs.archive import open_archive
from feeds.image import live
from feeds.image.build import FeedInput, build_image
from feeds.image.manifest import Manifest, read_manifest
from kommit import __version__
from kommit.api.network import Network
from kommit.api.planning import Question, plan
from kommit.api.services import Services
from kommit.bootstrap import open_kommit
from kommit.cli.serving import listen, log_to_stderr, run_server, url_of
from kommit.cli.show import err, progress_bar
from kommit.cli.versions import sha256_of
from kommit.regions.region import Region, load_region
from kommit.settings import Settings
from routing.warm import compile_kernels

EMAIL: Final = "demo@kommit.example"
PASSWORD: Final = "kommit-demo"  # noqa: S105 - a demo's, printed for everybody
DISPATCHER: Final = "zentrale"
INSPECTOR: Final = "kontrolle"
GRANT: Final = Money(5000)
DEMO_REGION: Final = "senden"
NOON: Final = time(12)


def run_demo(settings: Settings, osm: Path | None) -> None:
    """Make what is missing, then serve until a signal ends it."""
    log_to_stderr(logging.WARNING)
    socket = listen(settings.host, settings.port)
    compile_kernels(err.print)
    if settings.image is None:
        region = load_region(settings.region or DEMO_REGION)
        make_image_live(region, osm or region.streets, settings.images)
    err.print("Opening the network …")
    kommit = open_kommit(settings)
    try:
        warm_up(kommit.services)
        make_rider(kommit.services)
        make_staff(kommit.services)
    except BaseException:
        kommit.close()
        raise
    _welcome(url_of(socket), kommit.services.network().facts.title_en)
    run_server(kommit, socket)


def make_image_live(region: Region, streets: Path | None, store: Path) -> None:
    """Build the region's image and make it live, unless it is, and of these inputs."""
    feeds = [FeedInput(feed.scope, feed.path) for feed in region.feeds]
    folder = live.current(store)
    if folder is not None and _is_built_from(folder, feeds, streets):
        return
    err.print(f"Building the network of {region.title['en']} …")
    out = store / f"{region.name}-{clock.strftime('%Y%m%d-%H%M%S')}"
    with progress_bar() as bar:
        build_image(feeds, streets, out, progress=bar, region=region.name)
    live.activate(out, store)
    if folder is not None and folder.parent == store.resolve() and folder != out.resolve():
        shutil.rmtree(folder, ignore_errors=True)  # a server that maps it keeps its pages


def _is_built_from(folder: Path, feeds: Sequence[FeedInput], streets: Path | None) -> bool:
    try:
        manifest = read_manifest(folder)
    except ImageError:
        return False
    return manifest.code_version == __version__ and _inputs_of(manifest) == (
        {feed.scope: _feed_sha256(feed.path) for feed in feeds},
        sha256_of(streets) if streets else None,
    )


def _inputs_of(manifest: Manifest) -> tuple[dict[str, str], str | None]:
    feeds = {feed.scope: feed.sha256 for feed in manifest.feeds}
    return feeds, manifest.streets.sha256 if manifest.streets else None


def _feed_sha256(path: Path) -> str:
    with open_archive(path) as archive:
        return archive.sha256


def warm_up(services: Services) -> None:
    """Ask real questions, so that the first rider waits neither for the compiler nor for files."""
    network, now = services.network(), services.clock.now()
    west, south, east, north = network.facts.bbox
    moment = _served_moment(network, now)
    question = Question(
        f"{(south + north) / 2:.5f},{(west + east) / 2:.5f}",
        f"{south:.5f},{west:.5f}",
        depart=moment,
    )
    plan(question, network, now)
    for origin, destination in network.facts.examples[:2]:
        places = [network.places.search(name, limit=1) for name in (origin, destination)]
        if all(places):
            plan(Question(places[0][0].id, places[1][0].id, arrive=moment), network, now)


def _served_moment(network: Network, now: datetime) -> datetime:
    """Return ``now``, or noon of the nearest day that the timetable has."""
    today = now.astimezone(network.zone).date()
    day = min(max(today, network.first_day), network.last_day)
    return now if day == today else datetime.combine(day, NOON, network.zone)


def make_rider(services: Services) -> None:
    """Make the rider of the demo and fill the wallet, once."""
    try:
        rider = services.accounts.register(EMAIL, PASSWORD, "Demo").rider
    except AccountExists:
        return
    services.wallets.top_up(rider.id, GRANT, "demo", DEMO_GRANT)


def make_staff(services: Services) -> None:
    """Make drivers for own on-demand vehicles, dispatchers for services, an inspector, once."""
    _add_staff(services, Role.INSPECTOR, INSPECTOR)
    for service in services.network().on_demand.services.values():
        for vehicle in service.vehicles or ():
            _add_staff(services, Role.DRIVER, vehicle.id, service.id, vehicle.id)
        if service.vehicles:
            _add_staff(services, Role.DISPATCHER, DISPATCHER, service.id)


def _add_staff(
    services: Services, role: Role, name: str, service_id: str = "", vehicle_id: str | None = None
) -> None:
    try:
        services.staff.add(role, name, PASSWORD, service_id, vehicle_id)
    except AccountExists:
        return


def _welcome(url: str, title: str) -> None:
    err.print()
    err.print(f"[bold green]kommit serves {title}[/bold green]")
    err.print(f"Open [bold]{url}[/bold] in a browser.")
    err.print(f"Sign in as {EMAIL} with the password {PASSWORD}; the wallet holds 50 € to begin.")
    err.print(f"Drivers sign in at {url}driver/ as taxi-1 or taxi-2, agents at {url}agent/ as")
    err.print(f"{DISPATCHER}, inspectors at {url}inspector/ as {INSPECTOR}, all with the same")
    err.print("password.")
    err.print(f"The API is described at {url}openapi.json. End with Ctrl-C.")
