"""Shared vehicles and directions: in journeys, on the map, as a list, by the rider's wishes."""

import json
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import numpy as np
import pytest
from playwright.sync_api import Locator, Request, Route

from tests.browser.conftest import MakeVisit
from tests.browser.pixels import Pixels, place_on, seen, share_of
from tests.browser.test_everybody_can_use_it import violations
from tests.browser.visit import BERLIN, PASSWORD, PHONE, Visit

pytestmark = pytest.mark.browser

START, END = "Senden, Busbahnhof", "Senden, Am Schlosspark"
"""Bicycles can be rented near both, and no bus is quicker."""
BICYCLE, SCOOTER, SPOT = "#1c7038", "#5b3fb0", "#c2410c"
"""As `static/app/color.js` and `map/style.js` draw them."""
STATION, PRICE = "Senden Busbahnhof", "1,00\N{NO-BREAK SPACE}€"
WITHIN_S = 15
SHORT = timedelta(minutes=6)
"""A rental that the fleet's rules allow, nearly the shortest."""
WINDOW = {"width": 960, "height": 640}
"""The map beside the page, and no more of it to be drawn than that takes."""


def ask(rider: Visit, path: str) -> Any:
    answer = rider.page.request.get(f"{rider.site}{path}")
    assert answer.ok, answer.text()
    return answer.json()


def station(rider: Visit) -> dict[str, Any]:
    """Return the bicycle station at the bus station as the API tells it."""
    found = ask(rider, "/v1/sharing/vehicles?bbox=7.4,51.8,7.6,51.95&system=senden-leihrad")
    return next(one for one in found["features"] if one["properties"]["name"] == STATION)


def item(rider: Visit) -> Locator:
    return rider.page.locator(".shared-item", has_text=STATION)


def open_list(rider: Visit) -> None:
    rider.page.locator(".shared-list summary").click()
    item(rider).wait_for()


def open_rental(rider: Visit) -> Locator:
    """Open the first journey by a rented bicycle; returns its leg."""
    rider.page.locator(".journey", has_text="Leihrad").first.click()
    rider.heading("Ihre Verbindung")
    return rider.page.locator(".leg-vehicle")


def reserve(rider: Visit) -> None:
    """Rent a bicycle at the station over the API, as somebody else would."""
    post = rider.page.request.post
    who = {"email": f"{uuid4()}@kommit.example", "password": PASSWORD, "name": "Else"}
    token = post(f"{rider.site}/v1/riders", data=who).json()["token"]
    lon, lat = station(rider)["geometry"]["coordinates"]
    query = f"from={lat},{lon}&to=51.8540,7.4735&systems=senden-leihrad"
    legs = [leg for one in ask(rider, f"/v1/plan?{query}")["journeys"] for leg in one["legs"]]
    vehicle = next(leg["rental"]["vehicle"] for leg in legs if leg["rental"])
    now = datetime.now(BERLIN)
    end = now + SHORT
    if end.date() > now.date():
        pytest.skip("the bicycles are rented for the present day only, and it ends in minutes")
    span = {"start": now.isoformat(), "end": end.isoformat()}
    bearer = {"Authorization": f"Bearer {token}"}
    money = {"amount": {"amount": 5000, "currency": "EUR"}}
    paid_in = {**bearer, "Idempotency-Key": str(uuid4())}
    assert post(f"{rider.site}/v1/wallet/top-ups", data=money, headers=paid_in).ok
    rented = post(
        f"{rider.site}/v1/rentals",
        data={"system": "senden-leihrad", "vehicle": vehicle, **span},
        headers={**bearer, "Idempotency-Key": str(uuid4())},
    )
    assert rented.ok, rented.text()


def flag(rider: Visit, picture: Pixels, lat: float, lon: float) -> Pixels:
    """Return the pixels where the flag of a station at a place is drawn."""
    x, y = place_on(rider.page, lat, lon)
    return picture[max(y - 31, 0) : y - 7, max(x - 20, 0) : x + 20]


def see_flag(rider: Visit, lat: float, lon: float) -> Pixels:
    """Wait until a station with bicycles is drawn; returns the picture of the map."""
    give_up = time.monotonic() + WITHIN_S
    while time.monotonic() < give_up:
        picture = seen(rider.page.locator(".map"))
        if share_of(flag(rider, picture, lat, lon), BICYCLE) > 0.4:
            return picture
    raise AssertionError("the station is not on the map")


def see_color(rider: Visit, color: str) -> None:
    """Wait until a colour is drawn on the map; its layers come one after the other."""
    give_up = time.monotonic() + WITHIN_S
    while share_of(seen(rider.page.locator(".map")), color) == 0:
        assert time.monotonic() < give_up, f"{color} is not on the map"


def resting_flag(rider: Visit, lat: float, lon: float) -> Pixels:
    """Return the flag of a station once it stands still."""
    give_up, before = time.monotonic() + WITHIN_S, None
    while time.monotonic() < give_up:
        now = flag(rider, see_flag(rider, lat, lon), lat, lon)
        if before is not None and np.array_equal(now, before):
            return now
        before = now
    raise AssertionError("the map never rests")


def query_of(request: Request) -> dict[str, list[str]]:
    return parse_qs(urlsplit(request.url).query)


def test_a_rental_is_told_with_its_price_and_is_on_sale_shortly_before(visit: MakeVisit) -> None:
    rider = visit()
    rider.search(START, END)
    card = rider.page.locator(".journey", has_text="Leihrad").first
    assert PRICE in card.inner_text()
    assert "Miete: Leihräder Senden" in card.inner_text()
    leg = open_rental(rider).inner_text()
    for part in (STATION, "Demo-Rad", "Abholen", "Zurückgeben", PRICE, "CO₂"):
        assert part in leg
    assert rider.page.get_by_role("link", name="Ticket buchen").count() == 0
    assert "nur kurz vorher vergeben" in rider.page.locator(".book-bar").inner_text()


def test_directions_are_in_the_rider_s_language_and_on_the_map(visit: MakeVisit) -> None:
    rider = visit(size=WINDOW)
    rider.wait_for_map()
    rider.search(START, END)
    leg = open_rental(rider)
    leg.locator("summary", has_text="Wegbeschreibung").click()
    german = leg.locator(".step").all_inner_texts()
    assert german[0].startswith("Starten")
    assert german[-1].startswith("Ziel erreicht")
    assert leg.locator(".step .sign").count() == len(german)

    chart = rider.page.locator(".map")
    assert share_of(seen(chart), SPOT) == 0
    leg.locator(".step").nth(1).focus()
    give_up = time.monotonic() + WITHIN_S
    while share_of(seen(chart), SPOT) == 0:
        assert time.monotonic() < give_up, "the step is not on the map"

    rider.press("English")
    leg.locator("summary", has_text="Directions").wait_for()
    english = leg.locator(".step").all_inner_texts()
    assert english[0].startswith("Head")
    assert english[-1].startswith("You have arrived")
    assert len(english) == len(german)


def test_what_is_seen_of_a_rental_is_drawn(visit: MakeVisit, tmp_path: Path) -> None:
    rider = visit(size=WINDOW)
    rider.wait_for_map()
    rider.search(START, END)
    open_rental(rider)
    there = station(rider)["geometry"]["coordinates"]
    rider.page.wait_for_timeout(700)  # the map flies to the journey
    see_flag(rider, there[1], there[0])
    picture = seen(rider.page.locator(".layout"), save_as=tmp_path / "rental.png")

    assert (tmp_path / "rental.png").stat().st_size > 50_000
    panel = rider.page.locator(".panel").bounding_box()
    assert panel is not None
    left, right = np.split(picture, [round(panel["width"])], axis=1)
    assert share_of(left, BICYCLE) > 0.002, "the leg in the list has no colour"
    chart = seen(rider.page.locator(".map"))
    ends = rider.page.locator(".leg-vehicle .rental dd").all_inner_texts()[:2]
    assert ends == [STATION, "Senden Schlosspark"]
    assert len(np.unique(right.reshape(-1, 3), axis=0)) > 50, "the map is blank"
    legs = ask(rider, "/v1/plan?from=51.8571,7.4853&to=51.8540,7.4735&systems=senden-leihrad")
    steps = next(leg["steps"] for one in legs["journeys"] for leg in one["legs"] if leg["rental"])
    for step in steps[1:-1]:
        x, y = place_on(rider.page, step["lat"], step["lon"])
        give_up = time.monotonic() + WITHIN_S
        while share_of(chart[y - 12 : y + 13, x - 12 : x + 13], BICYCLE) <= 0.05:
            assert time.monotonic() < give_up, f"no way is drawn at {step['text']['en']!r}"
            chart = seen(rider.page.locator(".map"))


def test_counts_change_without_a_reload(visit: MakeVisit) -> None:
    rider = visit(size=WINDOW)
    rider.page.clock.install()
    rider.page.reload()
    rider.wait_for_map()
    open_list(rider)
    before = station(rider)
    count = before["properties"]["available"]
    lon, lat = before["geometry"]["coordinates"]
    assert f"Leihrad: {count} verfügbar" in item(rider).inner_text()
    item(rider).click()
    rider.page.locator(".picked", has_text=f"{count} verfügbar").wait_for()
    old = resting_flag(rider, lat, lon)

    reserve(rider)
    give_up = time.monotonic() + WITHIN_S
    while station(rider)["properties"]["available"] == count:
        assert time.monotonic() < give_up, "the server does not tell"
        time.sleep(0.1)
    rider.page.clock.fast_forward(31_000)

    text = f"Leihrad: {count - 1} verfügbar" if count > 1 else "keines verfügbar"
    item(rider).filter(has_text=text).wait_for()
    rider.page.locator(".picked", has_text=text).wait_for()
    give_up = time.monotonic() + WITHIN_S
    while np.array_equal(old, flag(rider, seen(rider.page.locator(".map")), lat, lon)):
        assert time.monotonic() < give_up, "the flag tells the old count"


def test_the_layer_can_be_hidden_and_a_tap_on_a_station_tells_of_it(visit: MakeVisit) -> None:
    rider = visit(size=WINDOW)
    rider.wait_for_map()
    lon, lat = station(rider)["geometry"]["coordinates"]
    see_flag(rider, lat, lon)
    see_color(rider, SCOOTER)
    switch = rider.page.get_by_role("button", name="Leihfahrzeuge auf der Karte zeigen")
    assert switch.get_attribute("aria-pressed") == "true"
    switch.click()
    give_up = time.monotonic() + WITHIN_S
    while share_of(seen(rider.page.locator(".map")), SCOOTER) > 0:
        assert time.monotonic() < give_up, "hidden vehicles are still drawn"
    rider.page.reload()
    rider.wait_for_map()
    assert switch.get_attribute("aria-pressed") == "false"
    switch.click()

    see_flag(rider, lat, lon)
    x, y = place_on(rider.page, lat, lon)
    rider.page.locator(".map-canvas").click(position={"x": x, "y": y - 18})
    panel = rider.page.get_by_role("group", name=STATION)
    panel.wait_for()
    assert "Leihräder Senden" in panel.inner_text()
    assert "freie Plätze" in panel.inner_text() or "freier Platz" in panel.inner_text()
    rider.press("Von hier")
    assert rider.page.get_by_role("combobox", name="Start").input_value() == STATION
    assert panel.count() == 0


def test_nothing_waits_for_shared_vehicles(visit: MakeVisit) -> None:
    rider = visit()
    rider.page.route("**/v1/sharing/**", lambda route: route.abort())
    rider.page.reload()
    rider.wait_for_map()
    assert rider.page.locator(".shared-list").count() == 0
    rider.search(START, END)
    assert rider.page.locator(".journey").count() > 0
    rider.page.goto("about:blank")
    rider.forgive("ERR_FAILED")


def test_wishes_are_asked_for_and_kept_in_the_address(visit: MakeVisit) -> None:
    rider = visit()
    rider.page.locator(".options summary").click()
    rider.page.locator("input[name=rent]").first.wait_for()
    for box in rider.page.locator("input[name=rent]").all():
        box.uncheck()
    rider.page.get_by_role("radio", name="Fahrrad", exact=True).check()
    with rider.page.expect_request("**/v1/plan?**") as asked:
        rider.search(START, END)
    assert query_of(asked.value)["street_modes"] == ["walk"]
    assert query_of(asked.value)["own"] == ["bicycle"]
    assert "nichts leihen · eigenes Rad" in rider.page.locator(".asked").inner_text()
    assert rider.page.locator(".journey", has_text="Leihrad").count() == 0
    rider.page.locator(".journey", has_text="Eigenes Rad").first.click()
    rider.see("Ihr eigenes Fahrrad")
    rider.page.reload()
    rider.see("Ihr eigenes Fahrrad")
    rider.page.locator(".back-link").click()
    rider.page.get_by_role("link", name="Ändern").click()
    rider.page.locator(".options summary", has_text="nichts leihen").wait_for()


def test_in_a_wheelchair_nothing_is_rented_and_what_is_unknown_is_told(visit: MakeVisit) -> None:
    rider = visit()
    rider.page.locator(".options summary").click()
    rider.page.get_by_role("checkbox", name="Mit dem Rollstuhl").check()
    assert rider.page.locator("input[name=rent]").first.is_disabled()
    with rider.page.expect_response("**/v1/plan?**") as answer:
        rider.search(START, END)
    asked = query_of(answer.value.request)
    assert (asked["wheelchair"], "allow_unknown" in asked) == (["true"], False)
    notices = json.loads(answer.value.text())["notices"]
    assert [one["words"]["de"] for one in notices if one["words"]]
    told = rider.page.locator(".notices li").all_inner_texts()
    assert len(told) == len(notices) > 0
    assert rider.page.locator(".journey").count() == 0, "the demo's streets and stops say nothing"

    rider.page.get_by_role("link", name="Ändern").click()
    rider.page.locator(".options summary").click()
    rider.page.get_by_role("checkbox", name="Auch, was nicht geprüft ist").check()
    with rider.page.expect_response("**/v1/plan?**") as answer:
        rider.press("Verbindung suchen")
        rider.page.locator(".journey").first.wait_for()
    assert query_of(answer.value.request)["allow_unknown"] == ["true"]
    rider.page.locator(".journey").first.click()
    rider.page.locator(".unchecked").first.wait_for()
    reasons = rider.page.locator(".unchecked").all_inner_texts()
    assert all(text.startswith("Für Rollstühle nicht geprüft · ") for text in reasons)
    assert violations(rider) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_new_view_has_serious_barriers(visit: MakeVisit, scheme: str) -> None:
    rider = visit(size={**PHONE, "width": 320}, color_scheme=scheme)
    wider = "document.documentElement.scrollWidth > innerWidth"
    rider.wait_for_map()
    rider.page.locator(".options summary").click()
    open_list(rider)
    item(rider).click()
    rider.page.get_by_role("group", name=STATION).wait_for()
    assert violations(rider) == []
    assert not rider.page.evaluate(wider)
    rider.press("Schließen")
    rider.search(START, END)
    leg = open_rental(rider)
    for summary in rider.page.locator(".legs summary").all():
        summary.click()
    leg.locator(".step").first.click()
    assert violations(rider) == []
    assert not rider.page.evaluate(wider)


SIGNS = [
    "ROUNDABOUT_ENTER",
    "ROUNDABOUT_EXIT",
    "STAIRS",
    "ELEVATOR",
    "FERRY",
    "U_TURN",
    "SHARP_LEFT",
]
SLOT = {"slot_start": "2030-05-04T09:00:00+02:00", "slot_end": "2030-05-04T18:30:00+02:00"}


def elsewhere(route: Route, web: str) -> None:
    """Answer as a region with other operators would: the demo's neither have pages nor slots."""
    answer = route.fetch()
    plan = answer.json()
    for leg in (leg for one in plan["journeys"] for leg in one["legs"] if leg["rental"]):
        leg["rental"] |= {**SLOT, "price": None}
        leg["rental"]["system"]["uris"] = {"web": web}
        leg["steps"] = [leg["steps"][0] | {"maneuver": sign} for sign in SIGNS]
    route.fulfill(response=answer, json=plan)


@pytest.mark.parametrize(("web", "links"), [("https://rent.example", 1), ("javascript:alert()", 0)])
def test_other_operators_are_told_in_full(visit: MakeVisit, web: str, links: int) -> None:
    rider = visit()
    rider.page.route("**/v1/plan?**", lambda route: elsewhere(route, web))
    rider.search(START, END)
    leg = open_rental(rider)
    rider.see("Dieses Fahrzeug muss vorher reserviert werden")
    assert "09:00" in leg.locator(".note-ask").inner_text()
    assert "18:30" in leg.locator(".note-ask").inner_text()
    assert "Preis unbekannt" in leg.locator(".rental").inner_text()
    assert leg.get_by_role("link", name="Beim Anbieter mieten").count() == links
    leg.locator("summary", has_text="Wegbeschreibung").click()
    drawn = leg.locator(".sign path").evaluate_all("all => all.map(one => one.getAttribute('d'))")
    assert len(set(drawn)) == len(SIGNS)
