"""``kommit demo``, ``kommit serve``, ``kommit compile`` and ``kommit openapi``."""

from pathlib import Path
from typing import Annotated

import typer

from kommit.cli.options import settings_of

Host = Annotated[str | None, typer.Option(help="Address to listen on (default 127.0.0.1).")]
Port = Annotated[int | None, typer.Option(help="Port to listen on (default 8484, 0: any).")]


def demo(
    context: typer.Context,
    region: Annotated[
        str | None,
        typer.Option(
            help="A region that ships with kommit, or a folder (default: senden, or what"
            " KOMMIT_IMAGE names)."
        ),
    ] = None,
    osm: Annotated[
        Path | None, typer.Option(help="A street extract, instead of illustrative streets.")
    ] = None,
    host: Host = None,
    port: Port = None,
) -> None:
    """Serve a region on an embedded database, with play money: everything in one command."""
    from kommit.cli.demonstrating import run_demo  # noqa: PLC0415

    run_demo(settings_of(context, mode="demo", region=region, host=host, port=port), osm)


def serve(context: typer.Context, host: Host = None, port: Port = None) -> None:
    """Serve what the settings name (KOMMIT_…); for production unless KOMMIT_MODE=demo."""
    from kommit.bootstrap import open_kommit  # noqa: PLC0415
    from kommit.cli.serving import listen, log_to_stderr, run_server  # noqa: PLC0415
    from kommit.cli.show import err  # noqa: PLC0415
    from routing.warm import compile_kernels  # noqa: PLC0415

    settings = settings_of(context, host=host, port=port)
    log_to_stderr()
    compile_kernels(err.print)
    kommit = open_kommit(settings)
    try:
        socket = listen(settings.host, settings.port)
    except BaseException:
        kommit.close()
        raise
    run_server(kommit, socket)


def compile_search() -> None:
    """Compile the search for this machine, so that no start waits for it; at once if it is."""
    from kommit.cli.show import err  # noqa: PLC0415
    from routing.warm import compile_kernels  # noqa: PLC0415

    compile_kernels(err.print)


def openapi(
    out: Annotated[Path | None, typer.Option(help="File to write, else standard output.")] = None,
) -> None:
    """Print the OpenAPI document of the HTTP API."""
    from kommit.cli.documents import openapi_text  # noqa: PLC0415

    text = openapi_text()
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")
