"""How an installation opens: settings, secrets, tables, jobs, and the network it serves."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from booking.adapters.database import Database
from booking.tickets import key_folder
from feeds.image.build import FeedInput, build_image
from feeds.image.live import activate
from kommit.bootstrap import open_kommit, open_network
from kommit.bootstrap.database import is_current, upgrade_database
from kommit.bootstrap.errors import DatabaseBehind, KeysRefused
from kommit.bootstrap.jobs import Job, Jobs
from kommit.bootstrap.networks import LiveNetwork
from kommit.regions.region import load_region
from kommit.settings import SettingsError, check_production, load_settings
from tests.support.gtfs import gtfs_zip
from tests.support.server import EARLY, FEED, SECRET, World, tiny_image
from tests.support.server import world as open_world


def production(tmp_path: Path, image: Path, **changed: Any) -> Any:
    chosen = {
        "mode": "production",
        "image": image,
        "data_dir": tmp_path,
        "tariff": "eezy-westfalen",
        "secret": SECRET,
        "ticket_keys": tmp_path / "keys",
    }
    return load_settings(**chosen | changed)


def test_production_opens_with_keys_secret_and_tables(tmp_path: Path, image: Path) -> None:
    settings = production(tmp_path, image)
    key_folder.load_or_create(tmp_path / "keys", EARLY)
    with pytest.raises(DatabaseBehind, match="kommit db upgrade"):
        open_kommit(settings)
    upgrade_database(settings)
    kommit = open_kommit(settings)
    assert not kommit.services.is_demo
    assert is_current(kommit.database)
    kommit.close()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"secret": None}, "KOMMIT_SECRET is missing"),
        ({"secret": "short"}, "32 characters"),
        ({"secret": "demo-" + "x" * 40}, "made by a demo"),
        ({"ticket_keys": None}, "KOMMIT_TICKET_KEYS"),
        ({"argon2": "cheap"}, "KOMMIT_ARGON2"),
        ({"stripe_api_key": "sk_test_x"}, "test keys"),
        ({"stripe_api_key": "sk_live_x"}, "KOMMIT_STRIPE_WEBHOOK_SECRET is missing"),
    ],
)
def test_production_refuses(
    tmp_path: Path, image: Path, changed: dict[str, Any], told: str
) -> None:
    with pytest.raises(SettingsError, match=told) as refused:
        check_production(production(tmp_path, image, **changed))
    secret = changed.get("secret") or changed.get("stripe_api_key")
    assert secret is None or secret not in str(refused.value)


def test_keys_of_a_demo_are_refused_in_production(
    tmp_path: Path, image: Path, sqlite_url: str
) -> None:
    with open_world(image, sqlite_url, tmp_path):
        pass
    settings = production(
        tmp_path, image, database_url=sqlite_url, ticket_keys=tmp_path / "demo-ticket-keys"
    )
    with pytest.raises(KeysRefused):
        open_kommit(settings)


def test_a_demo_keeps_its_secret(tmp_path: Path, image: Path, sqlite_url: str) -> None:
    with open_world(image, sqlite_url, tmp_path) as first:
        offer = first.offer()
    with open_world(image, sqlite_url, tmp_path) as second:
        assert second.rider().post("/v1/orders", {"offer": offer["offer"]}).status_code == 201
    assert (tmp_path / "demo-secret").stat().st_mode & 0o077 == 0
    assert (tmp_path / "demo-secret").read_text().startswith("demo-")


def test_a_region_without_a_tariff_says_which_there_are(
    tmp_path: Path, image: Path, sqlite_url: str
) -> None:
    with (
        pytest.raises(SettingsError, match=r"KOMMIT_TARIFF must name .*eezy-westfalen"),
        open_world(image, sqlite_url, tmp_path, tariff="unknown"),
    ):
        pass


def test_origins_are_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMMIT_CORS_ORIGINS", "https://a.example, https://b.example")
    assert load_settings().cors_origins == ("https://a.example", "https://b.example")


def test_named_sites_may_call(tmp_path: Path, image: Path, sqlite_url: str) -> None:
    site = "https://a.example"
    with open_world(image, sqlite_url, tmp_path, cors_origins=(site,)) as world:
        answer = world.client.get("/v1/health", headers={"Origin": site})
        other = world.client.get("/v1/health", headers={"Origin": "https://b.example"})
    assert answer.headers["access-control-allow-origin"] == site
    assert "access-control-allow-origin" not in other.headers


def test_another_image_goes_live_without_a_restart(tmp_path: Path, sqlite_url: str) -> None:
    store = tmp_path / "images"
    (tmp_path / "later").mkdir()
    first, later = tiny_image(tmp_path), tmp_path / "later" / "image"
    feed = gtfs_zip(tmp_path / "later", FEED.replace("Anger", "Marktplatz"))
    build_image([FeedInput("tiny", feed)], None, later, region="tiny")
    activate(first, store)
    with open_world(store, sqlite_url, tmp_path) as world:
        running = world.services.network()
        before = world.plan()[0]
        activate(later, store)
        assert world.services.network.refresh()
        assert world.plan()[0]["legs"][0]["origin"]["name"] == "Marktplatz"
        assert running.catalogue.stop(0).name == "Anger"
        assert not world.services.network.refresh()
        passengers = [{"category": "adult"}]
        offer = world.client.post(
            "/v1/offers", json={"journey": before["token"], "passengers": passengers}
        )
        assert offer.status_code == 201, "what was answered from the old network stays for sale"


def test_an_image_that_breaks_leaves_the_old_one_live(tmp_path: Path) -> None:
    store = tmp_path / "images"
    activate(tiny_image(tmp_path), store)
    network = LiveNetwork(store)
    kept = network()
    (store / "current").unlink()
    assert not network.refresh()
    assert network() is kept


def test_the_shipped_region_says_what_is_made_up(tmp_path: Path) -> None:
    region = load_region("senden")
    out = tmp_path / "image"
    inputs = [FeedInput(feed.scope, feed.path) for feed in region.feeds]
    build_image(inputs, None, out, region=region.name)
    facts = open_network(load_settings(image=out))().facts
    assert facts.title_en == region.title["en"]
    assert facts.illustrative_streets is False  # there are none
    assert not any(line.startswith("Streets:") for line in facts.attribution)
    assert any(line.startswith("Timetable:") for line in facts.attribution)


def test_jobs_run_at_once_again_and_past_failures() -> None:
    runs: list[str] = []

    def fails() -> None:
        runs.append("fails")
        raise ZeroDivisionError

    jobs = Jobs([Job("a", 0.01, fails), Job("b", 0.01, lambda: runs.append("b"))])
    jobs.start()
    give_up = time.monotonic() + 10
    while runs.count("b") < 3 and time.monotonic() < give_up:
        time.sleep(0.01)
    jobs.stop()
    done = len(runs)
    assert runs.count("b") >= 3
    assert runs.count("fails") >= 3
    time.sleep(0.2)
    assert len(runs) == done


def test_the_jobs_of_an_installation_expire_holds(any_world: World) -> None:
    order = any_world.rider().hold()
    any_world.clock.at += timedelta(minutes=10)
    for job in any_world.kommit.jobs.jobs:
        job.run()
    database: Database = any_world.kommit.database
    with database.readers() as session:
        from booking.adapters.tables import OrderRow

        states = [(str(row.id), row.state) for row in session.query(OrderRow)]
    assert states == [(order["id"], "expired")]


def test_realtime_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMMIT_REALTIME", "rvm=https://a.example/rt?x=1,2  rvm=/var/rt.pb")
    monkeypatch.setenv("KOMMIT_REALTIME_HEADERS", "rvm=X-Key: a=b\nother=Accept: c")
    settings = load_settings()
    assert settings.realtime == (("rvm", "https://a.example/rt?x=1,2"), ("rvm", "/var/rt.pb"))
    assert settings.headers_of("rvm") == {"X-Key": "a=b"}
    assert settings.headers_of("unknown") == {}


@pytest.mark.parametrize("text", ["https://a.example/rt", "=x", "rvm=", "a:b=https://c.example"])
def test_realtime_without_a_feed_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMMIT_REALTIME", text)
    with pytest.raises(SettingsError, match=r"KOMMIT_REALTIME: .*SCOPE=URL"):
        load_settings()
