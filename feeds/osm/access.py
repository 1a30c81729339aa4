"""Which access tags hold for whom, from the general to the particular."""

from collections.abc import Mapping
from typing import Final

from routing.street.profile import Profile

Tags = Mapping[str, str]

OPEN: Final = frozenset({"yes", "designated", "permissive", "official"})
SHUT: Final = frozenset({"no", "use_sidepath", "agricultural", "forestry", "military", "emergency"})
SHUT_TO_PASSERS: Final = frozenset({"private", "destination", "customers", "delivery"})

KEYS_OF: Final = {
    Profile.FOOT: ("access", "foot"),
    Profile.WHEELCHAIR: ("access", "foot", "wheelchair"),
    Profile.BICYCLE: ("access", "vehicle", "bicycle"),
    Profile.CARGO_BICYCLE: ("access", "vehicle", "bicycle"),
    Profile.SCOOTER: ("access", "vehicle", "bicycle"),
    Profile.CAR: ("access", "vehicle", "motor_vehicle", "motorcar"),
}


def access(tags: Tags, *keys: str) -> str | None:
    """Return the most particular access that is given; ``keys`` from the general on."""
    return next((tags[key] for key in reversed(keys) if key in tags), None)
