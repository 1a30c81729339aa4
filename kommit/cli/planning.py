"""The work behind ``kommit plan``: names to places, times to moments, answers with prices."""

import secrets
from datetime import datetime, time
from typing import Final

import typer

from booking.service.offers import Offers
from kommit.api.inputs import LAT_LON
from kommit.api.journeys import Price, journey_json, price_of_journey
from kommit.api.network import Network
from kommit.api.planning import Question, plan
from kommit.api.schemas.journeys import Journey, Paging, Plan
from kommit.api.wheelchair import with_verdicts
from kommit.api.wishes import notices_of
from kommit.bootstrap.networks import LiveNetwork
from kommit.bootstrap.prices import make_offers
from kommit.cli.errors import CliError
from kommit.kit.clock import SystemClock
from kommit.settings import Settings, SettingsError
from routing import journey as found

KEY_BYTES: Final = 32


def place_id(text: str, network: Network) -> str:
    """Return what the API takes for a place: a coordinate, an id, or the best match of a name.

    Raises
    ------
    CliError
        If nothing is called so.
    """
    if LAT_LON.fullmatch(text) or network.catalogue.find_stop(text) is not None:
        return text
    hits = network.places.search(text, limit=1)
    if not hits:
        raise CliError(f"no place is called {text!r}: give a name, a stop's id, or lat,lon")
    typer.echo(f"{text!r} is taken to mean {hits[0].name} ({hits[0].id})", err=True)
    return hits[0].id


def stop_id(text: str, network: Network) -> str:
    """Return the id of the stop that is meant: an id, or the best match of a name.

    Raises
    ------
    CliError
        If no stop is called so.
    """
    if network.catalogue.find_stop(text) is not None:
        return text
    for hit in network.places.search(text, limit=20):
        if network.catalogue.find_stop(hit.id) is not None:
            typer.echo(f"{text!r} is taken to mean {hit.name} ({hit.id})", err=True)
            return hit.id
    raise CliError(f"no stop is called {text!r}: give a stop's name or id")


def moment_of(text: str | None, option: str, network: Network) -> datetime | None:
    """Return the moment that was written; a time of day is today's."""
    if text is None:
        return None
    try:
        if len(text) <= len("08:00:00"):
            today = SystemClock().now().astimezone(network.zone).date()
            return datetime.combine(today, time.fromisoformat(text), network.zone)
        return datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not a time like 2022-09-13T08:00 or 08:00", param_hint=option
        ) from None


def plan_document(question: Question, live: LiveNetwork, settings: Settings) -> Plan:
    """Answer a question as ``GET /v1/plan`` does, without tokens: only a server can honour them."""
    pricer = _Pricer(live, settings)
    answer = plan(question, live(), pricer.now)
    return Plan(
        image=live().image.id,
        journeys=with_verdicts(
            [pricer.journey(one) for one in answer.journeys], answer.known, live()
        ),
        paging=Paging(earlier=answer.earlier, later=answer.later),
        notices=notices_of(answer.journeys, live(), question.wishes, answer.known),
    )


class _Pricer:
    """Prices journeys where a tariff is known."""

    def __init__(self, live: LiveNetwork, settings: Settings) -> None:
        clock = SystemClock()
        self.now, self._network = clock.now(), live()
        try:
            # The seal is made up and thrown away: nothing that it closes leaves this process.
            secret = secrets.token_bytes(KEY_BYTES)
            self._offers: Offers | None = make_offers(settings, secret, live, clock)
        except SettingsError:
            self._offers = None

    def journey(self, journey: found.Journey) -> Journey:
        price = Price()
        if self._offers is not None:
            price = price_of_journey(journey, self._network, self._offers, self.now)
        without_token = Price(price.price, bookable=price.bookable)
        return journey_json(journey, self._network, without_token)
