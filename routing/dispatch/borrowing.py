"""Arrays that kernels hand on uncounted: counting references took three quarters of a search.

A borrowed array is the same array, bounds checks of a checked build included, but numba does not
know who owns it. Whoever calls the kernel keeps it alive.
"""

from typing import Any

from numba import types as numba_types
from numba.core import cgutils as numba_cgutils
from numba.extending import intrinsic

from routing.jit import part

types: Any = numba_types
cgutils: Any = numba_cgutils


def _borrow(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """Return code for a value whose arrays, however deep in tuples, have no owner."""
    if isinstance(kind, types.Array):
        array = context.make_array(kind)(context, builder, value)
        array.meminfo = cgutils.get_null_value(array.meminfo.type)
        array.parent = cgutils.get_null_value(array.parent.type)
        return array._getvalue()  # noqa: SLF001 - the documented way to return a struct
    if isinstance(kind, types.BaseTuple):
        parts = [
            _borrow(context, builder, part, builder.extract_value(value, k))
            for k, part in enumerate(kind.types)
        ]
        return context.make_tuple(builder, kind, parts)
    return value


@intrinsic
def _borrowed(context: Any, whole: Any) -> Any:
    """Return a tuple whose arrays are not counted."""
    del context

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _borrow(context, builder, signature.args[0], args[0])

    return whole(whole), generate


@part
def copy(values: Any, size: int, into: Any) -> None:
    """Copy the first ``size`` values: a loop compiles in a tenth of the time of slices."""
    for k in range(size):
        into[k] = values[k]


borrowed: Any = _borrowed
"""Compiled only: the same tuple of arrays, whose references are not counted."""
