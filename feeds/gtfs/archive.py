"""Opens a feed, a zip or a folder, and distrusts it: nothing is ever unpacked to disk.

All limits are checked against the table of contents before a byte is unpacked, and again against
the bytes that really come, because the table of contents may lie.
"""

import hashlib
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final, Protocol

from feeds.errors import ArchiveUnsafe, FeedUnreadable

CHUNK_BYTES: Final = 1 << 20
SMALL_BYTES: Final = 16 << 20
"""Archives that unpack to no more than this are harmless whatever their ratio."""

_CORRUPT = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)
"""What ``zipfile`` raises on damaged input, found by fuzzing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may unpack to."""

    total_bytes: int = 2 << 30
    """All members together; the timetable of a large metropolis has 0.3 GiB."""
    ratio: int = 200
    """Unpacked bytes for each byte of the file; timetables reach 5 to 40."""
    members: int = 1000


LIMITS: Final = Limits()
KINDS: Final = (".txt", ".geojson")
"""What counts as a feed's file in a folder."""


class Archive(Protocol):
    """The files of a feed by name."""

    name: str
    sha256: str

    @property
    def names(self) -> frozenset[str]:
        """Names of the feed's files, without a folder."""
        ...

    def read(self, name: str) -> bytes:
        """Return the whole content of a file."""
        ...


@contextmanager
def open_archive(path: Path, limits: Limits = LIMITS) -> Iterator[Archive]:
    """Open a feed, check its limits, and close it at the end of the ``with`` block.

    Raises
    ------
    FeedUnreadable
        If there is nothing, or nothing readable, at ``path``.
    ArchiveUnsafe
        If it exceeds ``limits`` or has names that lead out of it.
    """
    if path.is_dir():
        yield _Folder(path, limits)
        return
    if not path.is_file():
        raise FeedUnreadable(f"There is no feed at {path}: give a GTFS zip file or a folder.")
    with _open_zip(path) as archive:
        yield _Zip(path, archive, limits)


def _open_zip(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except PermissionError as error:
        raise FeedUnreadable(f"{path.name} may not be read: {error.strerror}.") from error
    except _CORRUPT as error:
        raise FeedUnreadable(
            f"{path.name} is not a zip archive or is damaged ({error}): "
            "download or export it again."
        ) from error


class _Zip:
    """A zip archive whose table of contents has passed the limits."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, limits: Limits) -> None:
        self.name = path.name
        self._archive = archive
        self._left = limits.total_bytes
        members = archive.infolist()
        _check_sizes(path, members, limits)
        self._members = _by_name(path.name, members)
        self.sha256 = _sha256_of_file(path)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._members)

    def read(self, name: str) -> bytes:
        try:
            with self._archive.open(self._members[name]) as stream:
                return self._drain(name, stream)
        except _CORRUPT as error:
            raise FeedUnreadable(
                f"{name} in {self.name} is damaged ({error or 'it ends too early'}): "
                "download or export the feed again."
            ) from error

    def _drain(self, name: str, stream: IO[bytes]) -> bytes:
        """Read to the end; what comes counts, not what the header promised."""
        content = bytearray()
        while chunk := stream.read(CHUNK_BYTES):
            self._left -= len(chunk)
            if self._left < 0:
                raise ArchiveUnsafe(f"{name} in {self.name} unpacks to more than is allowed.")
            content += chunk
        return bytes(content)


def _check_sizes(path: Path, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Refuse bombs by the table of contents and the true size of the file."""
    total = sum(member.file_size for member in members)
    if len(members) > limits.members:
        raise ArchiveUnsafe(
            f"{path.name} has {len(members)} files; a feed has at most {limits.members}."
        )
    if total > limits.total_bytes:
        raise ArchiveUnsafe(
            f"{path.name} would unpack to {total / 2**30:.1f} GiB; "
            f"at most {limits.total_bytes / 2**30:.1f} GiB are allowed."
        )
    if total > SMALL_BYTES and total > limits.ratio * path.stat().st_size:
        raise ArchiveUnsafe(
            f"{path.name} would unpack to more than {limits.ratio} times its size, "
            "which no timetable does: it looks like a zip bomb."
        )


def _by_name(archive: str, members: list[zipfile.ZipInfo]) -> Mapping[str, zipfile.ZipInfo]:
    """Return the members by bare name; one folder around all of them is allowed."""
    files = [m for m in members if not m.filename.endswith("/") and not _is_litter(m.filename)]
    for member in files:
        _check_member(archive, member)
    folder = _only_folder([m.filename for m in files])
    named = {m.filename.removeprefix(folder): m for m in files}
    if len(named) < len(files):
        raise FeedUnreadable(f"{archive} contains the same file twice: pack it again.")
    return named


def _check_member(archive: str, member: zipfile.ZipInfo) -> None:
    name, path = member.filename, PurePosixPath(member.filename)
    if not path.parts:
        raise FeedUnreadable(f"{archive} contains a file without a name: pack it again.")
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in path.parts[0]:
        raise ArchiveUnsafe(f"{archive} contains a name that leads out of it: {name!r}.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ArchiveUnsafe(f"{archive} contains a link instead of a file: {name!r}.")
    if member.flag_bits & 0x1:
        raise FeedUnreadable(f"{archive} is encrypted: pack it without a password.")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # Python bounds what these two unpack chunk by chunk, but not the exotic ones.
        raise FeedUnreadable(f"{name!r} in {archive} is packed in a way other than deflate.")


def _is_litter(name: str) -> bool:
    """Say whether an operating system, not the author, put the file there."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name in (".DS_Store", "Thumbs.db")


def _only_folder(names: list[str]) -> str:
    """Return the folder (with its slash) that all files share, if there is one."""
    tops = {name.partition("/")[0] for name in names}
    wrapped = len(tops) == 1 and all("/" in name for name in names)
    return f"{tops.pop()}/" if wrapped else ""


class _Folder:
    """A folder of files; links in it are not followed."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.name = path.name
        files = {f.name: f for f in path.iterdir() if f.is_file() and not f.is_symlink()}
        self._files = {
            name: file for name, file in files.items() if name.endswith((".txt", ".geojson"))
        }
        total = sum(file.stat().st_size for file in self._files.values())
        if total > limits.total_bytes or len(self._files) > limits.members:
            raise ArchiveUnsafe(f"{path} holds more data than a feed may have.")
        self.sha256 = _sha256_of_folder(self._files)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._files)

    def read(self, name: str) -> bytes:
        try:
            return self._files[name].read_bytes()
        except OSError as error:
            raise FeedUnreadable(f"{name} in {self.name} cannot be read: {error}.") from error


def _sha256_of_file(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sha256_of_folder(files: Mapping[str, Path]) -> str:
    lines = (f"{_sha256_of_file(files[name])}  {name}\n" for name in sorted(files))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
