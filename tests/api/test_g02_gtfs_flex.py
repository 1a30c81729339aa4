"""An on-demand service as GTFS-Flex over HTTP."""

from dataclasses import replace
from pathlib import Path

from feeds.flex.read import OF_OTHERS
from tests.support.flex import read_path
from tests.support.server import World
from tests.support.shuttles import SERVICE, senden_service


def test_a_service_is_given_as_gtfs_flex(shuttle_world: World, tmp_path: Path) -> None:
    answer = shuttle_world.client.get(f"/v1/on-demand/{SERVICE}/gtfs-flex.zip")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    path = tmp_path / "flex.zip"
    path.write_bytes(answer.content)
    (service,) = read_path(path, "senden").services
    ours = senden_service()
    assert service == replace(ours, vehicles=None, limits=OF_OTHERS, parallel=None)


def test_there_is_no_such_service(shuttle_world: World) -> None:
    answer = shuttle_world.client.get("/v1/on-demand/senden:none/gtfs-flex.zip")
    assert answer.status_code == 404
    assert "senden:none" in answer.json()["detail"]
