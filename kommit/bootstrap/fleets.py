"""Own fleets, read from their files into the database."""

import logging
from collections.abc import Iterable
from pathlib import Path

from booking.fleets.node import BadFleet
from booking.fleets.reading import read_fleet
from booking.service.fleets import Fleets
from kommit.bootstrap.errors import BootError

log = logging.getLogger(__name__)


class FleetUnusable(BootError):  # noqa: N818 - named after what is found
    """A fleet file that cannot be used."""


def load_fleets(fleets: Fleets, paths: Iterable[Path]) -> None:
    """Keep the fleets of these files; those that were read before stay as they are.

    Raises
    ------
    FleetUnusable
        If a file cannot be used; says where and why.
    """
    for path in paths:
        try:
            fleet, vehicles, fingerprint = read_fleet(path)
        except BadFleet as error:
            raise FleetUnusable(str(error)) from error
        if fleets.put(fleet, vehicles, fingerprint):
            log.info("read the fleet %s with %d vehicles", fleet.id, len(vehicles))
