"""Frozen dataclasses as JSON and back, by their type hints: how an order keeps what it promised.

Invariant: ``restore(kind, snapshot(value)) == value`` for what the domain is made of.
"""

import dataclasses
import functools
import types
from datetime import date
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

T = TypeVar("T")


def snapshot(value: object) -> Any:
    """Return ``value`` as what JSON can say; times keep their offset."""
    if dataclasses.is_dataclass(value):
        return {f.name: snapshot(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [snapshot(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} has no snapshot")


def restore(kind: type[T], kept: Any) -> T:
    """Return the value of type ``kind`` that ``kept`` is the snapshot of."""
    restored: T = _restore(kind, kept)
    return restored


def _restore(kind: Any, kept: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return None if kept is None else _restore(_only_kind(kind), kept)
    if origin is tuple:
        return tuple(_restore(get_args(kind)[0], item) for item in kept)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _restore(hints[name], item) for name, item in kept.items()})
    if issubclass(kind, date):
        return kind.fromisoformat(kept)
    return kind(kept)


def _only_kind(union: Any) -> Any:
    (kind,) = (member for member in get_args(union) if member is not type(None))
    return kind


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
