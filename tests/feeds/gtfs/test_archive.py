"""Archives that want to do harm, or were harmed: each gives one clear error."""

import stat
import struct
import zipfile
from pathlib import Path

import pytest

from feeds.errors import ArchiveUnsafe, FeedUnreadable
from feeds.gtfs.archive import Limits, open_archive
from feeds.gtfs.validate import check_feed
from tests.support.gtfs import SMALL, gtfs_files, gtfs_zip, zip_of

LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


def patched(path: Path, central_offset: int, local_offset: int, value: bytes) -> Path:
    """Overwrite a field in the header of every member, in both places it stands in."""
    raw = bytearray(path.read_bytes())
    for magic, offset in ((CENTRAL, central_offset), (LOCAL, local_offset)):
        at = raw.find(magic)
        while at >= 0:
            raw[at + offset : at + offset + len(value)] = value
            at = raw.find(magic, at + 4)
    path.write_bytes(raw)
    return path


def test_a_plain_archive_is_read(tmp_path: Path) -> None:
    with open_archive(gtfs_zip(tmp_path)) as archive:
        assert "stops.txt" in archive.names
        assert archive.read("stops.txt").startswith(b"stop_id,")


def test_a_folder_is_a_feed_too(tmp_path: Path) -> None:
    for name, body in gtfs_files(SMALL).items():
        (tmp_path / name).write_text(body, "utf-8")
    assert not check_feed(tmp_path)


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "feed").mkdir()
    (tmp_path / "feed" / "stops.txt").symlink_to("/etc/passwd")
    with open_archive(tmp_path / "feed") as archive:
        assert not archive.names


def test_one_folder_around_all_files_is_all_right(tmp_path: Path) -> None:
    files = {f"export/{name}": body for name, body in gtfs_files(SMALL).items()}
    files["__MACOSX/._stops.txt"] = "litter"
    assert not check_feed(zip_of(tmp_path / "nested.zip", files))


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(FeedUnreadable, match=r"no feed at .*nowhere\.zip"):
        check_feed(tmp_path / "nowhere.zip")


def test_not_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "page.zip"
    path.write_text("<html>404</html>")
    with pytest.raises(FeedUnreadable, match=r"page\.zip is not a zip archive"):
        check_feed(path)


def test_a_download_that_broke_off(tmp_path: Path) -> None:
    path = gtfs_zip(tmp_path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(FeedUnreadable, match="not a zip archive or is damaged"):
        check_feed(path)


def test_a_flipped_bit_fails_the_checksum(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, body in gtfs_files(SMALL).items():
            archive.writestr(name, body)
    path.write_bytes(path.read_bytes().replace(b"Anger", b"Ander"))
    with pytest.raises(FeedUnreadable, match=r"stops\.txt in feed\.zip is damaged"):
        check_feed(path)


def test_an_encrypted_archive(tmp_path: Path) -> None:
    path = patched(gtfs_zip(tmp_path), 8, 6, struct.pack("<H", 1))
    with pytest.raises(FeedUnreadable, match="encrypted"):
        check_feed(path)


def test_a_bomb_that_admits_to_four_gigabytes(tmp_path: Path) -> None:
    path = patched(gtfs_zip(tmp_path), 24, 22, struct.pack("<I", 0xFFFF_FFF0))
    with pytest.raises(ArchiveUnsafe, match=r"would unpack to [\d.]+ GiB; at most 2\.0 GiB"):
        check_feed(path)


def test_a_bomb_of_zeros_by_its_ratio(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "bomb.zip", {"stop_times.txt": bytes(64 << 20)})
    with pytest.raises(ArchiveUnsafe, match="more than 200 times its size"):
        check_feed(path)


def test_a_bomb_whose_header_lies_is_read_no_further_than_it_says(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "liar.zip", {"stops.txt": bytes(64 << 20)})
    patched(path, 24, 22, struct.pack("<I", 100))
    with open_archive(path) as archive, pytest.raises(FeedUnreadable, match="damaged"):
        archive.read("stops.txt")


def test_what_really_comes_counts_over_all_members(tmp_path: Path) -> None:
    path = gtfs_zip(tmp_path)
    with open_archive(path) as archive:
        archive._left = 150
        archive.read("routes.txt")
        with pytest.raises(ArchiveUnsafe, match=r"agency\.txt in feed\.zip unpacks to more"):
            archive.read("agency.txt")


@pytest.mark.parametrize(
    "name", ["../stops.txt", "a/../../stops.txt", "/etc/cron.d/x", "C:/x.txt", "..\\stops.txt"]
)
def test_names_that_lead_out(tmp_path: Path, name: str) -> None:
    path = zip_of(tmp_path / "feed.zip", {"stops.txt": "stop_id\n", name: "x"})
    with pytest.raises(ArchiveUnsafe, match="leads out of it"):
        check_feed(path)


def test_links_instead_of_files(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("stops.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ArchiveUnsafe, match="a link instead of a file"):
        check_feed(path)


def test_too_many_members(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "feed.zip", {f"{n}.txt": "" for n in range(1001)})
    with pytest.raises(ArchiveUnsafe, match="1001 files"):
        check_feed(path)


def test_exotic_compression_whose_memory_nobody_bounds(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("stops.txt", "stop_id\n")
    with pytest.raises(FeedUnreadable, match="other than deflate"):
        check_feed(path)


def test_a_file_without_a_name(tmp_path: Path) -> None:
    path = gtfs_zip(tmp_path, "# stops.txt\nstop_id\n")
    raw = path.read_bytes().replace(b"stops.txt", b"\0tops.txt")  # a name ends at a NUL
    path.write_bytes(raw)
    with pytest.raises(FeedUnreadable, match="a file without a name"):
        check_feed(path)


def test_the_same_file_twice(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("stops.txt", "stop_id\n")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("stops.txt", "stop_id\nA\n")
    with pytest.raises(FeedUnreadable, match="same file twice"):
        check_feed(path)


def test_limits_hold_for_folders(tmp_path: Path) -> None:
    (tmp_path / "stops.txt").write_bytes(bytes(1000))
    with (
        pytest.raises(ArchiveUnsafe, match="more data than a feed may have"),
        open_archive(tmp_path, Limits(total_bytes=999)),
    ):
        pass


def test_the_hash_is_of_the_content(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for folder, body in (("a", "x"), ("b", "x")):
        (tmp_path / folder / "stops.txt").write_text(body)
    with open_archive(tmp_path / "a") as one, open_archive(tmp_path / "b") as same:
        assert one.sha256 == same.sha256
    (tmp_path / "b" / "stops.txt").write_text("y")
    with open_archive(tmp_path / "b") as other:
        assert one.sha256 != other.sha256
