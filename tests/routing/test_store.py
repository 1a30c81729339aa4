"""Records of arrays survive the way to disk and back, and map as the type that kernels know."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

from routing.store import load_arrays, save_arrays


class Pair(NamedTuple):
    small: npt.NDArray[np.int32]
    large: npt.NDArray[np.float64]


def test_arrays_come_back_equal_contiguous_and_plain(tmp_path: Path) -> None:
    pair = Pair(np.arange(3, dtype=np.int32), np.linspace(0, 1, 20_000)[::2])

    save_arrays(pair, tmp_path)
    back = load_arrays(Pair, tmp_path)

    for saved, loaded in zip(pair, back, strict=True):
        np.testing.assert_array_equal(saved, loaded)
        assert type(loaded) is np.ndarray
        assert loaded.dtype == saved.dtype
        assert loaded.flags.c_contiguous
        assert loaded.flags.writeable


def test_writing_to_a_mapped_array_never_reaches_the_disk(tmp_path: Path) -> None:
    save_arrays(Pair(np.zeros(1, np.int32), np.zeros(20_000)), tmp_path)
    load_arrays(Pair, tmp_path).large[:] = 1.0
    assert load_arrays(Pair, tmp_path).large.sum() == 0.0


def test_a_missing_array_is_named(tmp_path: Path) -> None:
    save_arrays(Pair(np.zeros(1, np.int32), np.zeros(1)), tmp_path)
    (tmp_path / "large.npy").unlink()
    with pytest.raises(FileNotFoundError, match=r"large\.npy"):
        load_arrays(Pair, tmp_path)
