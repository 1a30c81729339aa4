"""``python -m kommit`` is ``kommit``."""

from kommit.cli.main import app

app()
