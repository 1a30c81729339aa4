"""Compile the searches for this machine before anybody waits for them, side by side.

numba compiles in one thread of a process. The searches know nothing of each other, so each is
compiled in a process of its own and found on disk by all that come later (see ``routing.jit``).
"""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from routing.dispatch import warm as dispatch
from routing.jit import cache_folder
from routing.street import warm as street
from routing.transit import warm as transit

MESSAGE: Final = "Compiling the search for this machine: once, about a minute …"
WARM_UPS: Final = (
    dispatch.warm_up,
    transit.warm_up_search,
    street.warm_up_streets,
    transit.warm_up_vias,
)
"""What is compiled apart from each other, the longest first. Searches of rentals and by further
criteria are compiled with the first question for them."""
PACKAGES: Final = tuple(Path(__file__).parent / name for name in ("transit", "street", "dispatch"))
DONE: Final = "complete"
"""Name of the mark that all kernels of a package were compiled."""


def compile_kernels(
    notify: Callable[[str], None] = lambda _: None, workers: int | None = None
) -> None:
    """Compile what this machine has not compiled before; at once if it has.

    Parameters
    ----------
    notify
        Is told before the wait begins, if there is one.
    workers
        Processes at a time; one for each processor if not given.
    """
    marks = [cache_folder(package) / DONE for package in PACKAGES]
    if all(mark.exists() for mark in marks):
        return
    notify(MESSAGE)
    # Not by a fork: threads of the caller may hold locks.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers or os.cpu_count(), context) as pool:
        for compiled in [pool.submit(warm_up) for warm_up in WARM_UPS]:
            compiled.result()
    for mark in marks:
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
