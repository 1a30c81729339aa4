"""What the tests of the command line share: one small image, and a way to type commands."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kommit.cli.main import app
from tests.support.server import tiny_image

Kommit = Callable[..., Result]


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_image(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def kommit(tmp_path: Path) -> Kommit:
    """Types ``kommit --data-dir TMP …``."""

    def type_in(*words: object) -> Result:
        return CliRunner().invoke(app, ["--data-dir", str(tmp_path / "var"), *map(str, words)])

    return type_in
