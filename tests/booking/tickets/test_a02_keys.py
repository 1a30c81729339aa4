"""A02: keys: their names, documents, files and rotation."""

import copy
import json
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from booking.tickets.errors import KeysUnusable, UnknownKey
from booking.tickets.key_folder import add_key, load, load_or_create, read_private_key
from booking.tickets.keys import PublicKeys, key_id_of
from booking.tickets.sign import KeyRing
from tests.booking.tickets.keys import RING, key

NOW = datetime(2026, 5, 4, 12, 30, 15, 123456, tzinfo=UTC)


def test_the_document_is_as_the_api_promises() -> None:
    assert RING.public.to_document() == {
        "keys": [
            {
                "key_id": "34750f98bd59fcfc",
                "algorithm": "Ed25519",
                "public_key": "iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w",
                "not_before": "2026-01-01T00:00:00Z",
                "not_after": "2028-01-01T00:00:00Z",
            }
        ]
    }


def test_a_document_comes_back() -> None:
    keys = PublicKeys([key(1).public, key(2, 2027, 2029).public])
    read = PublicKeys.of_document(json.loads(json.dumps(keys.to_document())))
    assert list(read) == list(keys)
    assert len(read) == 2


def test_the_name_of_a_key_is_its_fingerprint() -> None:
    """SHA-256 of 32 zero bytes begins 66687aadf862bd77 (any sha256sum says so)."""
    assert key_id_of(bytes(32)) == "66687aadf862bd77"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("algorithm", "RS256", "keys[0]: algorithm: only Ed25519"),
        ("public_key", "AAAA", "keys[0]: public_key: expected 32 bytes"),
        ("public_key", "A" * 41, "keys[0]: public_key: expected 32 bytes"),
        ("public_key", None, "keys[0]: public_key: expected 32 bytes"),
        ("key_id", "0000000000000000", "keys[0]: key_id: is not 34750f98bd59fcfc"),
        ("not_before", "2026-01-01", "keys[0]: not_before: expected a time"),
        ("not_after", None, "keys[0]: not_after: expected a time"),
    ],
)
def test_a_mistake_in_the_document_is_named(field: str, value: Any, sentence: str) -> None:
    document: Any = copy.deepcopy(RING.public.to_document())
    document["keys"][0][field] = value
    with pytest.raises(KeysUnusable) as caught:
        PublicKeys.of_document(document)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("document", [None, [], {}, {"keys": []}, {"keys": [7]}])
def test_what_is_no_keys_document(document: Any) -> None:
    with pytest.raises(KeysUnusable, match="expected"):
        PublicKeys.of_document(document)


def test_a_keys_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(KeysUnusable, match="No such file"):
        PublicKeys.read(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(KeysUnusable, match="is not JSON"):
        PublicKeys.read(tmp_path / "bad.json")


# --- which key signs


def test_the_newest_key_in_use_that_outlives_the_ticket_signs() -> None:
    ring = KeyRing([key(2, 2027, 2029), key(1, 2026, 2028)])
    old, new = key(1).public.id, key(2).public.id

    def chosen(offered: int, until: int) -> str:
        moments = (datetime(year, 6, 1, tzinfo=UTC) for year in (offered, until))
        return ring.signing_key(*moments).public.id

    assert chosen(2026, 2026) == old
    assert chosen(2026, 2027) == old
    assert chosen(2027, 2027) == new
    assert chosen(2027, 2028) == new
    for offered, until in ((2025, 2026), (2026, 2028), (2028, 2029)):
        with pytest.raises(KeysUnusable, match="add a key"):
            chosen(offered, until)


# --- the folder


def test_the_first_key_is_made_and_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "keys"
    made, found = load_or_create(folder, NOW), load_or_create(folder, NOW + timedelta(days=30))
    assert list(made.public) == list(found.public)
    (public,) = made.public
    assert public.not_before == datetime(2026, 5, 3, 12, 30, 15, tzinfo=UTC)
    assert made.signing_key(NOW, NOW).public == public
    assert PublicKeys.read(folder / "keys.json").get(public.id) == public


def test_the_private_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    load_or_create(tmp_path, NOW)
    (private,) = tmp_path.glob("*.pem")
    assert private.stat().st_mode & 0o777 == 0o600
    private.chmod(0o640)
    with pytest.raises(KeysUnusable, match="chmod 600"):
        load(tmp_path)


def test_many_processes_make_one_key(tmp_path: Path) -> None:
    rings: list[KeyRing] = []
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        rings.append(load_or_create(tmp_path, NOW))

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len({public.id for ring in rings for public in ring.public}) == 1
    assert len(rings) == 8


def test_a_key_that_was_added_signs_from_its_day_on(tmp_path: Path) -> None:
    (first,) = load_or_create(tmp_path, NOW).public
    second = add_key(tmp_path, NOW + timedelta(days=14))
    ring = load(tmp_path)
    assert list(ring.public) == [first, second]
    soon, later = NOW + timedelta(days=13), NOW + timedelta(days=15)
    assert ring.signing_key(soon, soon).public == first
    assert ring.signing_key(later, later).public == second


def test_raw_keys_are_taken_and_retired_ones_stay_trusted(tmp_path: Path) -> None:
    retired, current = key(1, 2024, 2027), key(2)
    document = PublicKeys([retired.public, current.public]).to_document()
    (tmp_path / "keys.json").write_text(json.dumps(document))
    raw = tmp_path / "current.key"
    raw.write_bytes(current.private.private_bytes_raw())
    raw.chmod(0o600)
    ring = load(tmp_path)
    assert ring.signing_key(NOW, NOW).public == current.public
    assert ring.public.get(retired.public.id) == retired.public


def test_a_private_key_that_is_not_announced_is_refused(tmp_path: Path) -> None:
    load_or_create(tmp_path, NOW)
    stray = tmp_path / "stray.key"
    stray.write_bytes(bytes(32))
    stray.chmod(0o600)
    with pytest.raises(KeysUnusable, match=r"stray\.key: its public half \w{16} is not in"):
        load(tmp_path)


def test_a_folder_without_a_private_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(json.dumps(RING.public.to_document()))
    with pytest.raises(KeysUnusable, match="there is no private key"):
        load(tmp_path)


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeysUnusable, match="cannot be written"):
        load_or_create(tmp_path / "file", NOW)


def private_file(path: Path, content: bytes) -> Path:
    path.touch(mode=0o600)
    path.write_bytes(content)
    return path


def test_files_that_hold_no_ed25519_key(tmp_path: Path) -> None:
    rsa = generate_private_key(65537, 2048).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    for i, content in enumerate((b"", b"x" * 31, os.urandom(9_000), rsa)):
        with pytest.raises(KeysUnusable, match="holds no Ed25519 private key"):
            read_private_key(private_file(tmp_path / f"{i}.pem", content))
    with pytest.raises(KeysUnusable, match="No such file"):
        read_private_key(tmp_path / "none.pem")


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(UnknownKey, match="the key 00ff, unknown here"):
        RING.public.get("00ff")
