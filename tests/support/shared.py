"""The data folder next to the project: real feeds, streets and oracles that are never committed."""

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("KOMMIT_SHARED", Path(__file__).parents[3] / "shared")) / "data"


def shared_data(*parts: str) -> Path:
    """Return the path of a shared file; skip the test where it is absent."""
    path = ROOT.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"shared data is absent: {path} (set KOMMIT_SHARED to the folder that has it)")
    return path
