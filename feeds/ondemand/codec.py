"""On-demand services as JSON and back, without loss: for kommit's own files, not for others.

What a value is follows from the types of ``routing.ondemand.service``, so that fields that come
there are kept here as well.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from routing.ondemand.service import OnDemandService


def to_json(value: Any) -> Any:
    """Return a service, or a part of one, as JSON-able values; equal ones give the same."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: to_json(each) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(map(to_json, value))
    if isinstance(value, tuple):
        return list(map(to_json, value))
    if isinstance(value, StrEnum | date):
        return str(value)
    return value


def from_json(values: Any) -> OnDemandService:
    """Return the service that ``to_json`` has written.

    Raises
    ------
    ValueError
        If it is none.
    """
    try:
        service: OnDemandService = _read(OnDemandService, values)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"this is no on-demand service: {error}") from error
    return service


def _read(kind: Any, value: Any) -> Any:
    """Return a value of a type."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return None if value is None else _read(_not_none(inner), value)
    if origin is tuple:
        kinds = inner[:1] * len(value) if inner[1:] == (...,) else inner
        return tuple(_read(one, each) for one, each in zip(kinds, value, strict=True))
    if origin is frozenset:
        return frozenset(_read(inner[0], each) for each in value)
    if origin is Mapping:
        return {key: _read(inner[1], each) for key, each in value.items()}
    return _plain(kind, value)


def _plain(kind: Any, value: Any) -> Any:
    make: Any = kind  # mypy narrows ``kind`` to what it cannot call
    if is_dataclass(kind):
        known = _hints(make)
        return make(**{name: _read(known[name], each) for name, each in value.items()})
    if issubclass(kind, tuple):
        return kind(
            *(_read(one, each) for one, each in zip(_hints(kind).values(), value, strict=True))
        )
    if kind is date:
        return date.fromisoformat(value)
    return kind(value)


def _not_none(kinds: tuple[Any, ...]) -> Any:
    (kind,) = (each for each in kinds if each is not NoneType)
    return kind


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
