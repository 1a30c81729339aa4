"""Sources give a message once, and say in plain words why they give none."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from feeds.errors import RealtimeUnreachable, RealtimeUnreadable
from feeds.realtime import source as module
from feeds.realtime.source import open_source
from tests.support.realtime import Station, put


@pytest.fixture
def station() -> Station:
    return Station()


@pytest.fixture
def url(station: Station) -> Iterator[str]:
    with station.on_air() as address:
        yield address


def test_a_file_is_given_once(tmp_path: Path) -> None:
    path = tmp_path / "rt.pb"
    source = open_source(str(path))
    assert source.name == "rt.pb"
    with pytest.raises(RealtimeUnreachable, match=r"The file rt.pb: No such file"):
        source.fetch()
    put(path, b"one")
    assert (source.fetch(), source.fetch()) == (b"one", None)
    put(path, b"two")
    assert (source.fetch(), source.fetch()) == (b"two", None)
    source.forget()
    assert source.fetch() == b"two"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(RealtimeUnreachable, match="directory"):
        open_source(str(tmp_path)).fetch()


def test_an_address_is_asked_for_what_is_new(station: Station, url: str) -> None:
    source = open_source(url, {"X-Key": "k"})
    station.data = b"one"
    assert (source.fetch(), source.fetch()) == (b"one", None)
    assert station.asked[0]["X-Key"] == "k"
    assert "If-None-Match" not in station.asked[0]
    assert station.asked[1]["If-None-Match"]
    source.forget()
    assert source.fetch() == b"one"


def test_errors_do_not_tell_the_key(station: Station, url: str) -> None:
    source = open_source(url)
    station.status = 503
    with pytest.raises(RealtimeUnreachable) as refused:
        source.fetch()
    assert str(refused.value) == "127.0.0.1 answers with status 503."


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(RealtimeUnreachable, match=r"127.0.0.1 cannot be reached: .*refused"):
        open_source(f"http://127.0.0.1:{port}/").fetch()


@pytest.mark.parametrize("spoken", [b"", b"HTTP/1.0 200 OK\r\n\r\n"])
def test_an_answer_that_takes_too_long(spoken: bytes) -> None:
    """Also one that drips: each byte comes in time, the whole does not."""
    stop = threading.Event()

    def drip() -> None:
        connection, _ = server.accept()
        with connection:
            connection.sendall(spoken)
            while not stop.wait(0.05):
                if spoken:
                    connection.sendall(b".")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip)
        thread.start()
        port = server.getsockname()[1]
        try:
            with pytest.raises(RealtimeUnreachable, match=r"did not answer within 0\.3 s"):
                open_source(f"http://127.0.0.1:{port}/", timeout_s=0.3).fetch()
        finally:
            stop.set()
            thread.join()


def test_no_http() -> None:
    connection = socket.create_server(("127.0.0.1", 0))

    def babble() -> None:
        with connection.accept()[0] as other:
            other.recv(4096)
            other.sendall(b"hello\r\n\r\n")

    thread = threading.Thread(target=babble)
    thread.start()
    port = connection.getsockname()[1]
    with pytest.raises(RealtimeUnreachable, match="no valid answer"):
        open_source(f"http://127.0.0.1:{port}/").fetch()
    thread.join()
    connection.close()


@pytest.mark.parametrize("kind", ["file", "address"])
def test_endless_messages_are_cut(
    kind: str, station: Station, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 10)
    station.data = b"x" * 11
    put(tmp_path / "rt.pb", station.data)
    with pytest.raises(RealtimeUnreadable, match="was not read"):
        open_source(url if kind == "address" else str(tmp_path / "rt.pb")).fetch()
