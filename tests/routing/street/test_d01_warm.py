"""D01: street kernels are compiled once per machine."""

import subprocess
import sys
from pathlib import Path

from routing.street.warm import warm_up_streets

ROOT = Path(__file__).parents[3]

NO_MORE_TO_COMPILE = """
from numba.core import event
from routing.street.warm import warm_up_streets
messages = []
with event.install_recorder("numba:compile") as recorder:
    warm_up_streets(messages.append)
print(len(messages), len(recorder.buffer))
"""


def test_a_second_process_neither_compiles_nor_is_told_to() -> None:
    warm_up_streets()
    done = subprocess.run(
        [sys.executable, "-c", NO_MORE_TO_COMPILE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["0", "0"], done.stderr
