"""D01: street kernels are compiled with a message, once."""

import subprocess
import sys
from pathlib import Path

from routing.street.warm import warm_up_streets

ROOT = Path(__file__).parents[3]

NO_MORE_TO_COMPILE = """
import time
from routing.street.warm import warm_up_streets
messages = []
begin = time.perf_counter()
warm_up_streets(messages.append)
print(len(messages), time.perf_counter() - begin < 8)
"""


def test_a_second_process_neither_waits_nor_is_told_to() -> None:
    warm_up_streets()
    done = subprocess.run(
        [sys.executable, "-c", NO_MORE_TO_COMPILE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["0", "True"], done.stderr
