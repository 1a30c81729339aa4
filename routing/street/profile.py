"""Who uses the streets: six profiles, each with its own access, costs and reference speed."""

from enum import IntEnum
from typing import Final


class Profile(IntEnum):
    """A way of using the streets; the value is its place in arrays over profiles."""

    FOOT = 0
    WHEELCHAIR = 1
    BICYCLE = 2
    CARGO_BICYCLE = 3
    SCOOTER = 4
    CAR = 5


REFERENCE_MPS: Final = {
    Profile.FOOT: 1.33,
    Profile.WHEELCHAIR: 1.0,
    Profile.BICYCLE: 4.5,
    Profile.CARGO_BICYCLE: 4.0,
    Profile.SCOOTER: 5.0,
    Profile.CAR: 10.0,
}
"""Speed at which a cost of ten *effective decimetres* takes a second. Costs of a profile say how
much longer than at this speed a street takes, so that one network serves every rider's speed.

Foot: HBS 2015. Wheelchair: guides for barrier-free planning reckon with 0.8 to 1.2 m/s. Bicycle:
16 km/h door to door in towns (SrV 2018 gives 12 to 17). Scooter: limited to 20 km/h (eKFV)."""

ON_FOOT: Final = frozenset({Profile.FOOT, Profile.WHEELCHAIR})


def off_street_cost(profile: Profile) -> float:
    """Return the cost of a decimetre between a point and its street, which everybody walks."""
    return 1.0 if profile in ON_FOOT else REFERENCE_MPS[profile] / REFERENCE_MPS[Profile.FOOT]
