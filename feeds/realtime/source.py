"""Where messages come from: an address on the web or a file, asked again and again.

A source remembers what it gave last and says so when there is nothing newer: by ETag and
Last-Modified over HTTP, by the file's times on disk. What it says in errors and in its name is for
everybody: addresses may carry keys, so only the host or the file's name is told.
"""

import time
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from feeds.errors import RealtimeUnreachable, RealtimeUnreadable
from feeds.realtime.decode import MAX_BYTES

TIMEOUT_S: Final = 10.0
CHUNK_BYTES: Final = 2**16
NOT_MODIFIED: Final = 304
ACCEPT: Final = "application/x-protobuf, application/octet-stream;q=0.9, */*;q=0.1"


class Source(Protocol):
    """Gives the bytes of messages."""

    name: str
    """What people may know it by."""

    def fetch(self) -> bytes | None:
        """Return the message of this moment, or None if it is the one given last.

        Raises
        ------
        RealtimeUnreachable
            If there is none.
        RealtimeUnreadable
            If it is too long to be one.
        """
        ...

    def forget(self) -> None:
        """Give the message again next time, also if it is the same."""
        ...


def open_source(
    address: str, headers: Mapping[str, str] | None = None, timeout_s: float = TIMEOUT_S
) -> Source:
    """Return the source at an ``http(s)://`` address, or the file of a path.

    Parameters
    ----------
    headers
        Sent with every request, such as a key; of no use for files.
    timeout_s
        How long a whole answer may take.
    """
    if address.startswith(("http://", "https://")):
        return HttpSource(address, headers or {}, timeout_s)
    return FileSource(Path(address))


class FileSource:
    """A file that somebody replaces; better by renaming another one than by writing into it."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path
        self._given: tuple[int, int, int] | None = None

    def fetch(self) -> bytes | None:
        """Return the file's bytes, or None if it is the one given last."""
        try:
            with self._path.open("rb") as stream:
                status = self._path.stat()
                stamp = status.st_mtime_ns, status.st_size, status.st_ino
                if stamp == self._given:
                    return None
                data = stream.read(MAX_BYTES + 1)
        except OSError as error:
            reason = error.strerror or "it cannot be read"
            raise RealtimeUnreachable(f"The file {self.name}: {reason}.") from error
        _check_size(self.name, len(data))
        self._given = stamp
        return data

    def forget(self) -> None:
        """Give the file again next time."""
        self._given = None


class HttpSource:
    """An address on the web."""

    def __init__(self, url: str, headers: Mapping[str, str], timeout_s: float) -> None:
        self.name = urlsplit(url).hostname or "the address"
        self._url, self._timeout_s = url, timeout_s
        self._headers = {"Accept": ACCEPT, "User-Agent": "kommit"} | dict(headers)
        self._validators: dict[str, str] = {}

    def fetch(self) -> bytes | None:
        """Return the answer's bytes, or None if it says that nothing has changed."""
        give_up = time.monotonic() + self._timeout_s
        try:
            request = Request(self._url, headers=self._headers | self._validators)  # noqa: S310 - http(s), see open_source
            with urlopen(request, timeout=self._timeout_s) as answer:  # noqa: S310
                data = self._read(answer, give_up)
                self._validators = _validators(answer.headers)
        except HTTPError as error:
            error.close()
            if error.code == NOT_MODIFIED:
                return None
            raise RealtimeUnreachable(f"{self.name} answers with status {error.code}.") from None
        except TimeoutError:
            raise self._too_slow() from None
        except (URLError, HTTPException, OSError, ValueError) as error:
            raise self._unreachable(error) from None
        return data

    def forget(self) -> None:
        """Ask for the message next time even if it has not changed."""
        self._validators = {}

    def _read(self, answer: Any, give_up: float) -> bytes:
        """Return all bytes, watching size and time as they come."""
        chunks: list[bytes] = []
        size = 0
        while chunk := answer.read1(CHUNK_BYTES):
            chunks.append(chunk)
            size += len(chunk)
            _check_size(self.name, size)
            if time.monotonic() > give_up:
                raise self._too_slow()
        return b"".join(chunks)

    def _too_slow(self) -> RealtimeUnreachable:
        return RealtimeUnreachable(f"{self.name} did not answer within {self._timeout_s:g} s.")

    def _unreachable(self, error: Exception) -> RealtimeUnreachable:
        """Return the error without the address; the reasons of the system do not carry it."""
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, TimeoutError):
            return self._too_slow()
        text = reason.strerror if isinstance(reason, OSError) else None
        return RealtimeUnreachable(f"{self.name} cannot be reached: {text or 'no valid answer'}.")


def _validators(headers: Any) -> dict[str, str]:
    """Return what to send next time so that an unchanged message is not sent again."""
    asked = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
    return {ask: headers[told] for told, ask in asked.items() if headers[told]}


def _check_size(name: str, size: int) -> None:
    if size > MAX_BYTES:
        raise RealtimeUnreadable(
            f"The message of {name} is longer than {MAX_BYTES >> 20} MiB and was not read."
        )
