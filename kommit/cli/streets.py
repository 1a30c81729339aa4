"""``kommit streets``: take street extracts in."""

from pathlib import Path
from typing import Annotated

import typer

from kommit.cli.options import settings_of

app = typer.Typer(help="Street extracts of OpenStreetMap.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """Street extracts of OpenStreetMap."""


@app.command("import")
def import_streets(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="An extract, such as region.osm.pbf.")],
) -> None:
    """Check a street extract and keep it as the current one for ``kommit image build``."""
    from feeds.image.streets import compile_streets  # noqa: PLC0415
    from feeds.osm.read import read_streets  # noqa: PLC0415
    from kommit.cli.show import progress_bar  # noqa: PLC0415
    from kommit.cli.versions import store_version  # noqa: PLC0415

    with progress_bar() as bar:
        network = compile_streets(read_streets(path, bar), bar)
    suffix = "".join(path.suffixes[-2:])
    version = store_version(path, settings_of(context).data_dir / "streets", suffix)
    typer.echo(f"{version.name} is current, with {network.graph.n_segments} pieces of street")
