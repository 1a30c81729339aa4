"""Which stops of different feeds an image takes for the same place, on a terminal."""

from pathlib import Path
from typing import Any

from feeds.image.image import load_image
from feeds.merging.joining import Rule
from kommit.cli.show import add_row, out, table


def joins_of(folder: Path) -> list[dict[str, Any]]:
    """Return the joins of an image as JSON-able values."""
    image = load_image(folder)
    catalogue = image.catalogue
    columns = (column.tolist() for column in image.joins)
    return [
        {
            "stop": {"id": catalogue.stop(stop).id, "name": catalogue.stop(stop).name},
            "twin": {"id": catalogue.stop(twin).id, "name": catalogue.stop(twin).name},
            "rule": Rule(rule).name.lower(),
            "distance_m": metres,
        }
        for stop, twin, rule, metres in zip(*columns, strict=True)
    ]


def print_joins(joins: list[dict[str, Any]]) -> None:
    """Show the joins as a table."""
    shown = table("stop", "name", "is", "name", "by", "m")
    for join in joins:
        one, other = join["stop"], join["twin"]
        add_row(
            shown, one["id"], one["name"], other["id"], other["name"], join["rule"],
            join["distance_m"],
        )  # fmt: skip
    if joins:
        out.print(shown)
    out.print(f"{len(joins)} pairs of stops are joined")
