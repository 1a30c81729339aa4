"""D02: how kernels are compiled: the checked build, the cache on disk, the warm-up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from routing.jit import cache_folder
from routing.transit.warm import warm_up
from tests.support.examples import SHARE

HERE = Path(__file__).parent
ROOT = HERE.parents[2]

OUT_OF_BOUNDS = """
import numpy as np
from routing.jit import part
from routing.transit.unchecked import pin

@part
def read(array, index):
    return pin(array)[index]

@part
def write(array, index):
    pin(array)[index] = 1

for kernel in (read, write):
    kernel(np.zeros(3, dtype=np.int32), 2)
    for index in (-1, 3):
        try:
            kernel(np.zeros(3, dtype=np.int32), index)
        except IndexError as error:
            print(error)
"""


SUITES = {
    "search": [
        "transit/test_c01_reference.py",
        "transit/test_c03_filters.py",
        "realtime/test_e01_overlay.py",
    ],
    "vias": ["transit/test_c05_vias.py"],
    "criteria": ["transit/test_c04_criteria.py"],
    "street": ["street/test_c01_hierarchy.py", "street/test_reference.py"],
    "sharing": ["sharing/test_c01_reference.py"],
    "dispatch": ["dispatch/test_c01_insertion.py", "dispatch/test_b01_improving.py"],
}
"""Random worlds against a reference. To compile a search with checks takes minutes, so a usual run
has that of the timetable, which most code is shared with."""


def run_checked(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KOMMIT_CHECKED_KERNELS": "1", "KOMMIT_EXAMPLES": "0.3"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_checked_build_refuses_what_lies_outside() -> None:
    done = run_checked("-c", OUT_OF_BOUNDS)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        *["a kernel read outside of an array"] * 2,
        *["a kernel wrote outside of an array"] * 2,
    ]


@pytest.mark.timeout(600)  # compiles everything anew, beside whatever else runs
@pytest.mark.parametrize("kernels", SUITES if SHARE > 1 else ["search"])
def test_no_kernel_leaves_its_arrays(kernels: str) -> None:
    """Run random worlds once more, with every access checked."""
    suites = [str(HERE.parent / suite) for suite in SUITES[kernels]]
    done = run_checked("-m", "pytest", "-q", "-p", "no:cacheprovider", *suites)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


def test_a_changed_helper_gets_a_new_cache(tmp_path: Path) -> None:
    source = tmp_path / "kernel.py"
    source.write_text("ONE = 1\n", "utf-8")
    before = cache_folder(tmp_path)
    cache_folder.cache_clear()
    assert cache_folder(tmp_path) == before
    source.write_text("ONE = 2\n", "utf-8")
    cache_folder.cache_clear()
    assert cache_folder(tmp_path) != before


def test_nobody_is_told_to_wait_twice() -> None:
    warm_up()
    messages: list[str] = []
    warm_up(messages.append)
    assert messages == []


def test_the_first_time_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    cache_folder.cache_clear()
    messages: list[str] = []
    warm_up(messages.append)
    cache_folder.cache_clear()
    assert len(messages) == 1
    assert messages[0].startswith("Compiling")
