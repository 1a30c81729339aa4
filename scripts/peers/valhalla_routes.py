"""Build Valhalla's tiles of an extract and route pairs on them; run by its own Python.

    VENV/bin/python valhalla_routes.py EXTRACT.osm.pbf TILES_FOLDER < PAIRS.json > ANSWERS.json

Reads ``[{"costing": "pedestrian", "from": [lon, lat], "to": [lon, lat]}, …]`` and answers, in that
order, ``{"distance_m", "duration_s", "streets": [name, …], "shape": polyline}``, or null where
Valhalla finds no way. Imports nothing of kommit.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import valhalla
from valhalla import Actor, get_config


def main() -> None:
    """Build the tiles unless they are there, then answer."""
    extract, folder = (Path(argument).resolve() for argument in sys.argv[1:3])
    config = folder / "valhalla.json"
    if not (folder / "built").exists():
        build(extract, folder, config)
    actor = Actor(str(config))
    json.dump([answer(actor, pair) for pair in json.load(sys.stdin)], sys.stdout)


def build(extract: Path, folder: Path, config: Path) -> None:
    """Build the tiles; ``folder/built`` says that they are whole."""
    (folder / "tiles").mkdir(parents=True, exist_ok=True)
    settings = get_config(tile_extract="", tile_dir=str(folder / "tiles"), verbose=False)
    settings["mjolnir"]["concurrency"] = 1
    config.write_text(json.dumps(settings), "utf-8")
    program = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
    command = [program, "-c", config, extract]
    subprocess.run(command, check=True, stdout=sys.stderr, cwd=folder)
    (folder / "built").touch()


def answer(actor: Any, pair: dict[str, Any]) -> dict[str, Any] | None:
    """Return one way."""
    asked = {
        "locations": [
            {"lon": lon, "lat": lat, "radius": 0} for lon, lat in (pair["from"], pair["to"])
        ],
        "costing": pair["costing"],
        "directions_type": "maneuvers",
        "units": "kilometers",
    }
    try:
        trip = json.loads(actor.route(json.dumps(asked)))["trip"]
    except RuntimeError:
        return None
    names = [name for leg in trip["legs"] for step in leg["maneuvers"] for name in _names(step)]
    return {
        "distance_m": trip["summary"]["length"] * 1000,
        "duration_s": trip["summary"]["time"],
        "streets": names,
        "shape": trip["legs"][0]["shape"],
    }


def _names(step: dict[str, Any]) -> list[str]:
    names: list[str] = step.get("street_names", [])
    return names


if __name__ == "__main__":
    main()
