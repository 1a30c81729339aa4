"""The work behind ``kommit serve``: a socket, a log, and uvicorn on top."""

import logging
import socket as sockets
import sys
from typing import Final

import uvicorn

from kommit.api.streams import Streams
from kommit.bootstrap import Kommit
from kommit.bootstrap.serving import app_of
from kommit.cli.errors import CliError

FINISH_WITHIN_S: Final = 20
"""How long running requests may take once the server is asked to stop."""


def listen(host: str, port: int) -> sockets.socket:
    """Return a socket that listens.

    Raises
    ------
    CliError
        If the address cannot be had.
    """
    family = sockets.AF_INET6 if ":" in host else sockets.AF_INET
    try:
        return sockets.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise CliError(
            f"cannot listen on {host} port {port} ({error.strerror}): choose another by --port"
        ) from error


def url_of(socket: sockets.socket) -> str:
    """Return the address a browser takes."""
    host, port = socket.getsockname()[:2]
    shown = "127.0.0.1" if host == "0.0.0.0" else f"[{host}]" if ":" in host else host  # noqa: S104
    return f"http://{shown}:{port}/"


def run_server(kommit: Kommit, socket: sockets.socket) -> None:
    """Serve until a signal ends it; running requests are finished first."""
    config = uvicorn.Config(
        app_of(kommit),
        log_config=None,
        access_log=False,  # kommit.access writes its own, without addresses
        timeout_graceful_shutdown=FINISH_WITHIN_S,
        server_header=False,
    )
    _Server(config, kommit.services.streams).run(sockets=[socket])


class _Server(uvicorn.Server):
    """Ends the streams when it is asked to stop: nobody else would, and they last for an hour."""

    def __init__(self, config: uvicorn.Config, streams: Streams) -> None:
        super().__init__(config)
        self._streams = streams

    async def shutdown(self, sockets: list[sockets.socket] | None = None) -> None:
        """Finish what runs."""
        self._streams.end_all()
        await super().shutdown(sockets)


def log_to_stderr(level: int = logging.INFO) -> None:
    """Write what happens to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)
