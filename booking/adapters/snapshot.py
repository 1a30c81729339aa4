"""Frozen dataclasses as JSON and back, by their type hints: how an order keeps what it promised.

Invariant: ``restore(kind, snapshot(value)) == value`` for what the domain is made of.
"""

import dataclasses
import functools
import types
from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

T = TypeVar("T")


Translation = Callable[[Any], Any]


def snapshot(value: object) -> Any:
    """Return ``value`` as what JSON can say; times keep their offset."""
    kind: Any = type(value)
    return _writer(kind)(value)


def restore(kind: type[T], kept: Any) -> T:
    """Return the value of type ``kind`` that ``kept`` is the snapshot of."""
    hint: Any = kind
    restored: T = _reader(hint)(kept)
    return restored


@functools.cache
def _writer(kind: type) -> Translation:
    """Return what writes values of a type. Looked up once: every order has hundreds of values."""
    if dataclasses.is_dataclass(kind):
        names = [field.name for field in dataclasses.fields(kind)]
        return lambda value: {name: snapshot(getattr(value, name)) for name in names}
    if issubclass(kind, tuple):
        return lambda value: [snapshot(item) for item in value]
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, date):  # a datetime is one
        return lambda value: value.isoformat()
    if issubclass(kind, UUID):
        return str
    if kind is type(None) or issubclass(kind, str | int | float):
        return lambda value: value
    raise TypeError(f"{kind.__name__} has no snapshot")


@functools.cache
def _reader(kind: Any) -> Translation:
    """Return what reads values of a type hint."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        known = _reader(_only_kind(kind))
        return lambda kept: None if kept is None else known(kept)
    if origin is tuple:
        item_of = _reader(get_args(kind)[0])
        return lambda kept: tuple(map(item_of, kept))
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        parts = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}
        return lambda kept: kind(**{name: parts[name](part) for name, part in kept.items()})
    if issubclass(kind, date):
        return kind.fromisoformat  # type: ignore[no-any-return]
    return kind  # type: ignore[no-any-return]


def _only_kind(union: Any) -> Any:
    (kind,) = (member for member in get_args(union) if member is not type(None))
    return kind
