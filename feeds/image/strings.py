"""Many texts as two arrays: nothing is parsed on load, a text is decoded when it is asked for."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from routing.timetable import I32, I64, U8


class Packed(NamedTuple):
    """N texts in UTF-8, one after the other."""

    data: U8
    """(bytes,)"""
    ptr: I64
    """(N+1,) where each text starts in ``data``."""


class Strings:
    """A list of texts over ``Packed`` arrays, in memory or mapped."""

    __slots__ = ("packed",)

    def __init__(self, packed: Packed) -> None:
        self.packed = packed

    @classmethod
    def pack(cls, texts: Iterable[str]) -> "Strings":
        """Return ``texts`` packed; what UTF-8 cannot hold is replaced by a question mark."""
        encoded = [text.encode("utf-8", "replace") for text in texts]
        ptr = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
        return cls(Packed(np.frombuffer(b"".join(encoded), dtype=np.uint8).copy(), ptr))

    def __len__(self) -> int:
        return int(self.packed.ptr.size) - 1

    def __getitem__(self, index: int) -> str:
        return self.raw(index).decode()

    def __iter__(self) -> Iterator[str]:
        return (self[i] for i in range(len(self)))

    def raw(self, index: int) -> bytes:
        """Return the UTF-8 bytes of a text.

        Raises
        ------
        IndexError
            If there is no such text; negative indices count from the end.
        """
        size = len(self)
        if not -size <= index < size:
            raise IndexError(f"text {index} of {size}")
        index %= size
        return self.packed.data[self.packed.ptr[index] : self.packed.ptr[index + 1]].tobytes()

    def is_consistent(self) -> bool:
        """Say whether the offsets fit the bytes; looks at the ends only."""
        ptr, data = self.packed.ptr, self.packed.data
        return bool(ptr.size and ptr[0] == 0 and ptr[-1] == data.size)


def sorted_order(texts: Strings) -> I32:
    """(N,) indices of ``texts`` in the order of their bytes, for ``find``."""
    keys = [texts.raw(i) for i in range(len(texts))]
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int32)


def find(texts: Strings, order: npt.NDArray[np.int32], text: str) -> int | None:
    """Return the index of ``text``, or None; a binary search over ``sorted_order``."""
    wanted = text.encode("utf-8", "replace")
    low, high = 0, len(texts)
    while low < high:
        middle = (low + high) // 2
        if texts.raw(int(order[middle])) < wanted:
            low = middle + 1
        else:
            high = middle
    if low < len(texts) and texts.raw(int(order[low])) == wanted:
        return int(order[low])
    return None
