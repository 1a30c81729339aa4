"""A binary heap of whole numbers in an array: the smallest first, equal ones in no order.

A *key* is ``cost << 32 | state``, so that equal costs leave the heap by ascending state and every
search is deterministic.
"""

from routing.jit import helper
from routing.street.graph import I64


@helper
def key_of(cost: int, state: int) -> int:
    """Return the key of a state; both are below 2**31."""
    return (int(cost) << 32) | int(state)


@helper
def cost_of(key: int) -> int:
    """Return the cost of a key."""
    return key >> 32


@helper
def state_of(key: int) -> int:
    """Return the state of a key."""
    return key & 0xFFFFFFFF


@helper
def push(heap: I64, size: int, key: int) -> int:
    """Put a key into a heap of ``size`` keys; return its new size."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if heap[above] <= key:
            break
        heap[at] = heap[above]
        at = above
    heap[at] = key
    return size + 1


@helper
def pop(heap: I64, size: int) -> int:
    """Drop the smallest key, which is ``heap[0]``; return the new size."""
    size -= 1
    key = heap[size]
    at, below = 0, 1
    while below < size:
        if below + 1 < size and heap[below + 1] < heap[below]:
            below += 1
        if heap[below] >= key:
            break
        heap[at] = heap[below]
        at, below = below, 2 * below + 1
    heap[at] = key
    return size
