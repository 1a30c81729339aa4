"""The one place where kernels give up bounds checks: ``pin`` an array and index it as usual.

A pinned array is a bare pointer: no bounds, no negative indices, no reference counts. That saved
30 % of a search (see ``routing/README.md``). With ``KOMMIT_CHECKED_KERNELS=1`` the same source
compiles to accesses that raise ``IndexError`` outside of ``0 <= index < size``.
"""

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types as numba_types
from numba.core import cgutils as numba_cgutils
from numba.extending import (
    intrinsic,
    make_attribute_wrapper,
    models,
    overload,
    register_model,
)

from routing.jit import CHECKED

types: Any = numba_types
cgutils: Any = numba_cgutils


@intrinsic
def _lowest_bit(context: Any, word: Any) -> Any:
    """Return the index of the lowest set bit of a 64-bit ``word`` that is not zero."""
    del context, word

    def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


@intrinsic
def _highest_bit(context: Any, word: Any) -> Any:
    """Return the index of the highest set bit of a 64-bit ``word`` that is not zero."""
    del context, word

    def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
        zeros = builder.ctlz(args[0], ir.Constant(ir.IntType(1), 1))
        return builder.sub(ir.Constant(ir.IntType(64), 63), zeros)

    return types.int64(types.uint64), generate


lowest_bit: Any = _lowest_bit
"""Compiled only: the index of the lowest set bit of a word that is not zero."""
highest_bit: Any = _highest_bit
"""Compiled only: the index of the highest set bit of a word that is not zero."""


class CheckedType(numba_types.Type):
    """numba's view of a pinned array in the checked build."""

    def __init__(self, array: Any) -> None:
        self.array = array
        super().__init__(name=f"Checked({array})")


@register_model(CheckedType)
class _CheckedModel(models.StructModel):
    def __init__(self, manager: Any, kind: CheckedType) -> None:
        members = [("array", kind.array)]
        super().__init__(manager, kind, members)  # type: ignore[no-untyped-call]  # numba's


make_attribute_wrapper(CheckedType, "array", "array")


@overload(operator.getitem)
def _checked_getitem(pinned: Any, index: Any) -> Callable[[Any, Any], Any] | None:
    del index
    if not isinstance(pinned, CheckedType):
        return None

    def load(pinned: Any, index: Any) -> Any:
        if index < 0 or index >= pinned.array.size:
            raise IndexError("a kernel read outside of an array")
        return pinned.array[index]

    return load


@overload(operator.setitem)
def _checked_setitem(pinned: Any, index: Any, value: Any) -> Callable[[Any, Any, Any], None] | None:
    del index, value
    if not isinstance(pinned, CheckedType):
        return None

    def store(pinned: Any, index: Any, value: Any) -> None:
        if index < 0 or index >= pinned.array.size:
            raise IndexError("a kernel wrote outside of an array")
        pinned.array[index] = value

    return store


@intrinsic
def pin_checked(context: Any, array: Any) -> Any:
    """Return the one-dimensional contiguous ``array`` for checked access."""
    del context
    kind = CheckedType(array)

    def generate(context: Any, builder: Any, _: Any, args: Any) -> Any:
        pinned = cgutils.create_struct_proxy(kind)(context, builder)
        pinned.array = args[0]
        context.nrt.incref(builder, array, args[0])
        return pinned._getvalue()  # noqa: SLF001 - the documented way to return a struct

    return kind(array), generate


@intrinsic
def pin_unchecked(context: Any, array: Any) -> Any:
    """Return a pointer to the data of the one-dimensional contiguous ``array``.

    The caller keeps the array alive.
    """
    del context

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return context.make_array(signature.args[0])(context, builder, args[0]).data

    return types.CPointer(array.dtype)(array), generate


pin: Any = pin_checked if CHECKED else pin_unchecked
"""Compiled only: makes a one-dimensional contiguous array cheap to index in a kernel."""
