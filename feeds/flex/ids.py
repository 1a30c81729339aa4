"""Ids on their way out of kommit and back.

Ids of a feed carry its scope here and not in its files. What has no scope, or another one, such as
the virtual stops of an own service, is marked in the files, so that it comes back as it was.
"""

from typing import Final

AS_IS: Final = "kommit:"
"""Marks ids in files that get no scope."""
BACK: Final = "/back"
"""Ends the id of the second trip of a relation that needs two: with the other end free."""


def scope_of(service_id: str) -> str:
    """Return the scope of a service's id."""
    return service_id.partition(":")[0]


def written(id_: str, scope: str) -> str:
    """Return an id as the files of the feed ``scope`` have it."""
    return id_.removeprefix(f"{scope}:") if id_.startswith(f"{scope}:") else AS_IS + id_


def read(id_: str, scope: str) -> str:
    """Return an id of a file as kommit has it."""
    return id_.removeprefix(AS_IS) if id_.startswith(AS_IS) else f"{scope}:{id_}"
