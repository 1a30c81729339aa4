"""What stands before the command on the line, and the settings that come of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from kommit.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class Options:
    """``kommit --image DIR --data-dir DIR``."""

    image: Path | None = None
    data_dir: Path | None = None


def settings_of(context: typer.Context, **given: Any) -> Settings:
    """Return the environment's settings, with what the command line says instead."""
    options: Options = context.obj or Options()
    return load_settings(**{"image": options.image, "data_dir": options.data_dir} | given)
