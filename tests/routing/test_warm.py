"""Kernels are compiled side by side, once per machine, and whoever waits for it is told why."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from routing import warm
from routing.jit import cache_folder


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    cache_folder.cache_clear()
    yield
    cache_folder.cache_clear()


def leave_pid(folder: Path, name: str) -> None:
    folder.joinpath(name).write_text(str(os.getpid()), "utf-8")


def fail() -> None:
    raise RuntimeError("the compiler is missing")


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where each of two warm-ups says which process it ran in."""
    parts = tuple(partial(leave_pid, tmp_path, name) for name in ("one", "two"))
    monkeypatch.setattr(warm, "WARM_UPS", parts)
    return tmp_path


def test_it_is_done_elsewhere_and_once(compiled: Path) -> None:
    messages: list[str] = []
    warm.compile_kernels(messages.append, workers=2)
    assert messages == [warm.MESSAGE]
    for name in ("one", "two"):
        assert int(compiled.joinpath(name).read_text("utf-8")) != os.getpid()
        compiled.joinpath(name).unlink()
    warm.compile_kernels(messages.append, workers=2)
    assert messages == [warm.MESSAGE]
    assert not compiled.joinpath("one").exists()


def test_what_failed_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "WARM_UPS", (fail,))
    messages: list[str] = []
    for _ in range(2):
        with pytest.raises(RuntimeError, match="the compiler is missing"):
            warm.compile_kernels(messages.append, workers=1)
    assert messages == [warm.MESSAGE] * 2


def test_one_package_that_is_not_compiled_is_enough(compiled: Path) -> None:
    warm.compile_kernels(workers=1)
    first, *_ = warm.PACKAGES
    cache_folder(first).joinpath(warm.DONE).unlink()  # the folder of other sources has no mark
    compiled.joinpath("two").unlink()
    warm.compile_kernels(workers=1)
    assert compiled.joinpath("two").exists()
