"""Rented and own vehicles over HTTP: legs, prices, what is not sold, and the wishes about them."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from feeds.image.image import load_image
from kommit.api.journeys import journeys_json
from kommit.api.network import Network
from kommit.api.wishes import Wishes, notices_of, vehicles_of
from kommit.cli.show_journeys import _by
from routing.journey import Journey, Rental, StreetLeg, WalkLeg
from routing.query import Place, PlanQuery
from routing.sharing.parking import Parking
from routing.sharing.supply import (
    PricingPlan,
    ReturnConstraint,
    SharingSystem,
    Station,
    Supply,
    VehicleType,
)
from routing.street.profile import Profile
from routing.street.router import StreetRouter
from tests.support.rentals import network_of
from tests.support.server import World
from tests.support.streets import Drawing

KIND = VehicleType(
    "ebike", "E-Bike", "bicycle", "electric_assist", Profile.BICYCLE, ReturnConstraint.ANY_STATION
)
SYSTEM = SharingSystem(
    "leih",
    "Leihrad",
    "Kreis",
    "Europe/Berlin",
    {"ebike": KIND},
    {"S": Station("S", "Marktplatz", 51.8, 7.4), "T": Station("T", "Bahnhof", 51.81, 7.4)},
    plans={"p": PricingPlan("p", "Plan", "EUR", 100)},
    rental_uris={"web": "https://leihrad.example"},
)
SUPPLY = Supply((SYSTEM,), 1)


@pytest.fixture(scope="module")
def network(image: Path) -> Network:
    return Network(load_image(image)).with_supply(SUPPLY, 0)


def ride(network: Network) -> Journey:
    """Return a journey by bus."""
    ends = (
        Place(
            float(network.timetable.stop_lat[stop]), float(network.timetable.stop_lon[stop]), stop
        )
        for stop in (
            network.catalogue.find_stop("tiny:anger"),
            network.catalogue.find_stop("tiny:camp"),
        )
    )
    begin = network.day_start(date(2024, 5, 6)) + 7 * 3600 + 50 * 60
    return network.planner.plan(PlanQuery(*ends, begin))[0]


def leg(arrival: int, rental: Rental | None = None, **traits) -> StreetLeg:
    line = np.array([51.8, 51.81])
    return StreetLeg(
        Profile.BICYCLE,
        Place(51.8, 7.4),
        Place(51.81, 7.4),
        arrival - 300,
        arrival,
        1100,
        line,
        line * 0 + 7.4,
        rental=rental,
        **traits,
    )


BIKE_AND_RIDE = Parking("n1", "Radstation", 51.81, 7.4, Profile.BICYCLE)
RENTAL = Rental("leih", "ebike", "S", "T", None, "p", 140, "EUR")


def with_rental(network: Network, rental: Rental | None = RENTAL, **traits) -> Journey:
    rides = ride(network)
    return Journey((leg(rides.departure, rental, **traits), *rides.legs))


def answered(journey: Journey, network: Network, world: World) -> dict:
    [one] = journeys_json([journey], network, world.services.offers, world.clock.now())
    return one.model_dump(mode="json", by_alias=True)


def test_a_rented_leg_says_who_rents_what_where_and_for_how_much(network, world: World) -> None:
    first = answered(with_rental(network), network, world)["legs"][0]
    assert (first["mode"], first["distance_m"], first["duration_s"]) == ("BICYCLE", 1100, 300)
    assert (first["origin"]["name"], first["destination"]["name"]) == ("Marktplatz", "Bahnhof")
    assert first["rental"] == {
        "system": {
            "id": "leih",
            "name": "Leihrad",
            "operator": "Kreis",
            "uris": {"web": "https://leihrad.example"},
        },
        "vehicle_type": {
            "id": "ebike",
            "name": "E-Bike",
            "form_factor": "bicycle",
            "propulsion": "electric_assist",
        },
        "vehicle": None,
        "pick_up": {"id": "S", "name": "Marktplatz"},
        "return": {"id": "T", "name": "Bahnhof"},
        "price": {"amount": 140, "currency": "EUR"},
        "plan": "p",
        "slot_start": None,
        "slot_end": None,
    }


CORNER = Drawing(
    """
    A..B..C
    ......
    ......
    ...D...

    ABC
    BD
    """
)


def test_a_way_is_told_step_by_step_with_energy_and_co2(network, world: World) -> None:
    streets = network_of(CORNER)
    streets_too = Network(replace(network.image, streets=streets)).with_supply(SUPPLY, 0)
    router = StreetRouter(streets, Profile.BICYCLE, np.empty(0), np.empty(0))
    path = router.path(CORNER.at("A"), CORNER.at("D"), 600)
    assert path is not None
    ridden = replace(leg(ride(network).departure, RENTAL), path=path, distance_m=path.metres)
    told = answered(Journey((ridden,)), streets_too, world)
    (first,) = told["legs"]
    assert [step["maneuver"] for step in first["steps"]] == ["DEPART", "RIGHT", "ARRIVE"]
    assert [step["text"]["de"] for step in first["steps"]] == [
        "Starten nach Osten",
        "Rechts abbiegen",
        "Ziel erreicht",
    ]
    assert first["steps"][1]["text"]["en"] == "Turn right"
    assert sum(step["distance_m"] for step in first["steps"]) == path.metres
    assert [(first["steps"][1][side]) for side in ("lat", "lon")] == pytest.approx(
        CORNER.at("B"), abs=1e-6
    )
    # an e-bike needs 10 Wh a kilometre, of 380 g a kilowatt hour
    assert first["energy_wh"] == round(path.metres / 100)
    assert told["co2_g"] == first["co2_g"] == round(path.metres * 3.8 / 1000)


def test_a_walk_gives_nothing_off(network, world: World) -> None:
    walk = WalkLeg(Place(51.8, 7.4), Place(51.81, 7.4), 0, 900, 1100, np.zeros(2), np.zeros(2))
    told = answered(Journey((walk,)), network, world)["legs"][0]
    assert (told["co2_g"], told["energy_wh"], told["steps"]) == (0, None, [])


def test_a_journey_with_a_rental_has_the_price_of_both_and_is_not_sold(
    network, world: World
) -> None:
    plain = answered(ride(network), network, world)
    both = answered(with_rental(network), network, world)
    assert plain["bookable"]
    assert both["price"]["amount"] == plain["price"]["amount"] + 140
    assert (both["bookable"], both["token"]) == (False, None)


def test_no_price_where_a_part_is_not_known(network, world: World) -> None:
    unknown = replace(RENTAL, price_minor=None, currency=None, plan=None)
    foreign = replace(RENTAL, currency="CHF")
    for rental in (unknown, foreign):
        assert answered(with_rental(network, rental), network, world)["price"] is None


def test_a_rental_all_the_way_has_its_own_price(network, world: World) -> None:
    answer = answered(Journey((leg(ride(network).departure, RENTAL),)), network, world)
    assert (answer["price"]["amount"], answer["bookable"]) == (140, False)


def test_rides_after_an_own_bicycle_are_still_sold(network, world: World) -> None:
    answer = answered(with_rental(network, None, parking=BIKE_AND_RIDE), network, world)
    assert (answer["bookable"], answer["legs"][0]["rental"], answer["legs"][0]["parked"]) == (
        True,
        None,
        True,
    )
    assert answer["legs"][0]["destination"]["name"] == "Radstation"


def test_a_notice_says_that_rentals_are_booked_elsewhere(network) -> None:
    codes = [notice.code for notice in notices_of([with_rental(network)], network, Wishes())]
    assert codes == ["rentals-elsewhere"]
    assert notices_of([ride(network)], network, Wishes()) == []


def test_wishes_about_vehicles(network) -> None:
    assert vehicles_of(Wishes(), network).rentals
    assert not vehicles_of(Wishes(street_modes=["walk"]), network).rentals
    assert not vehicles_of(Wishes(wheelchair=True, own="bicycle"), network).rentals
    wishes = vehicles_of(Wishes(street_modes=["walk,scooter"], own="car", max_ride_min=45), network)
    assert (wishes.own, wishes.max_s) == (Profile.CAR, 2700)
    assert wishes.form_factors == {"scooter", "scooter_standing", "scooter_seated"}


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("street_modes", "helicopter"),
        ("systems", "nobody"),
        ("banned_systems", "x"),
        ("own", "ship"),
    ],
)
def test_what_is_not_known_is_refused_by_name(world: World, parameter: str, value: str) -> None:
    answer = world.client.get(
        "/v1/plan", params={"from": "tiny:anger", "to": "tiny:camp", parameter: value}
    )
    assert answer.status_code == 422, answer.text
    assert parameter in answer.text


def test_the_terminal_says_what_is_rented(network, world: World) -> None:
    rented = with_rental(network)
    own = with_rental(network, None, parking=BIKE_AND_RIDE)
    shown = journeys_json([rented, own], network, world.services.offers, world.clock.now())
    words = [_by(one.legs[0]) for one in shown]
    assert words == [
        "rented, BICYCLE, Leihrad, 1100 m, 1.40 EUR",
        "own BICYCLE, 1100 m, parked there",
    ]
