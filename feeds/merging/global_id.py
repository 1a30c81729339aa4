"""Global identifiers of stops: IFOPT, in Germany called DHID, such as ``de:05558:1234:1:2``.

Country, municipality and stop place; then, optionally, area and quay (CEN/TS 28701; VDV 432).
Feeds carry them as ``stop_id``, in a column of their own, or as ``stop_code``, some with
decoration: ``de:05558:1234_Parent``, ``Pde:05558:1234``, ``de:05558:1234:1:2_G``.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

_COUNTRIES: Final = "at|be|ch|cz|de|dk|fr|it|li|lu|nl|pl"
"""Germany and what a German region's feeds reach into; other ids of this shape mean anything."""
_PATTERN: Final = re.compile(
    rf"""(?:^|[^a-z]|^P|^Parent)               # nothing, a scope, or the mark of a station
    (?P<country>{_COUNTRIES}):(?P<area>\d{{1,8}}):
    (?P<place>(?:sloid:)?[^:\s_]+)             # Swiss ids say which kind they are
    (?::(?P<zone>[^:\s_]*)(?::(?P<quay>[^:\s]*?))?)?
    (?:_(?:Parent|P|G|S))?$""",
    re.IGNORECASE | re.VERBOSE,
)


class GlobalId(NamedTuple):
    """Where a stop is in the world's numbering."""

    place: str
    """The stop place, such as ``de:05558:1234``: what riders call a station or a stop."""
    quay: str
    """The whole id of the platform or pole, or empty if the id says no more than the place."""


NO_ID: Final = GlobalId("", "")
"""The id of a stop that has none."""


def global_id(*texts: str) -> GlobalId:
    """Return the id in the first of ``texts`` that holds one, or ``NO_ID``."""
    return next(_ids(texts), NO_ID)


def _ids(texts: Iterable[str]) -> Iterator[GlobalId]:
    for match in filter(None, map(_PATTERN.search, texts)):
        country, area, place, zone, quay = match.groups(default="")
        whole = f"{country.lower()}:{area}:{place}"
        yield GlobalId(whole, f"{whole}:{zone}:{quay}" if quay else "")
