"""What is known of journeys in a wheelchair, as riders see it: by leg, or why there are none."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from kommit.api.network import Network
from kommit.api.phrases import Language, distance_text
from kommit.api.schemas.journeys import Journey, Notice, StepFree, StepFreeReason
from kommit.api.schemas.on_demand import Words
from routing import journey as found
from routing.filters import Chair
from routing.query import Place, PlanQuery
from routing.wheelchair.refusals import Refusal, judge_of, refusal_of
from routing.wheelchair.verdicts import Cause, Reason, Verdict


class Rolled(NamedTuple):
    """What is known of an answer to somebody in a wheelchair."""

    verdicts: Sequence[Sequence[Verdict]]
    """By journey and leg."""
    refusal: Refusal | None
    """Why there is no journey."""


def rolled(
    journeys: Sequence[found.Journey], network: Network, query: PlanQuery, *, explain: bool
) -> Rolled | None:
    """Return what is known of journeys, or None for riders on foot.

    Parameters
    ----------
    explain
        Whether to find out why there is none, where there is none.
    """
    if query.preferences.rides.chair is Chair.NONE:
        return None
    judge = judge_of(network.planner, query)
    refusal = refusal_of(network.planner, query) if explain and not journeys else None
    return Rolled([judge.verdicts(journey) for journey in journeys], refusal)


def with_verdicts(
    journeys: Sequence[Journey], known: Rolled | None, network: Network
) -> list[Journey]:
    """Return journeys that say of each leg what is known."""
    if known is None:
        return list(journeys)
    return [
        _judged(journey, verdicts, network)
        for journey, verdicts in zip(journeys, known.verdicts, strict=True)
    ]


def _judged(journey: Journey, verdicts: Sequence[Verdict], network: Network) -> Journey:
    legs = [
        leg.model_copy(update={"wheelchair": _step_free(verdict, network)})
        for leg, verdict in zip(journey.legs, verdicts, strict=True)
    ]
    return journey.model_copy(update={"legs": legs})


def _step_free(verdict: Verdict, network: Network) -> StepFree:
    reasons = [
        StepFreeReason(
            code=reason.cause, text=words_of(reason, network), stop_ids=_stop_ids(reason, network)
        )
        for reason in verdict.reasons
    ]
    return StepFree(status=verdict.status, reasons=reasons)


# --- notices

LEFT_OUT: Final = Words(
    de="Es gibt Verbindungen, von denen nicht alles bekannt ist, was im Rollstuhl zählt;"
    " allow_unknown=true zeigt sie.",
    en="There are journeys of which not all is known that matters in a wheelchair;"
    " allow_unknown=true answers them.",
)


def notices_on(known: Rolled, network: Network) -> Iterator[Notice]:
    """Yield what an answer does not promise, or why there is none."""
    reasons = [r for journey in known.verdicts for verdict in journey for r in verdict.reasons]
    yield from _of_ways(reasons)
    yield from _of_stops(reasons, network)
    yield from _of_trips(reasons, network)
    if known.refusal is not None:
        if known.refusal.unknown_would_do:
            yield Notice(code="unknown-left-out", text=LEFT_OUT.en, words=LEFT_OUT)
        for reason in known.refusal.reasons:
            words = words_of(reason, network)
            stops = _stop_ids(reason, network)
            yield Notice(code=reason.cause, text=words.en, words=words, stop_ids=stops)


def _of_ways(reasons: Iterable[Reason]) -> Iterator[Notice]:
    if any(reason.cause in {Cause.WAY_UNKNOWN, Cause.WAY_ESTIMATED} for reason in reasons):
        text = "Not all ways are known to be free of steps, kerbs and rough ground: see the legs."
        yield Notice(code="ways-unverified", text=text)


def _of_stops(reasons: Iterable[Reason], network: Network) -> Iterator[Notice]:
    unknown = {
        reason.origin.stop
        for reason in reasons
        if reason.cause is Cause.STOP_UNKNOWN and reason.origin is not None
    }
    stops = [network.catalogue.stop(stop) for stop in sorted(s for s in unknown if s is not None)]
    if stops:
        names = ", ".join(sorted({stop.name for stop in stops}))
        text = f"Whether these stops can be used in a wheelchair is not known: {names}."
        yield Notice(code="stops-unverified", text=text, stop_ids=[stop.id for stop in stops])


def _of_trips(reasons: Iterable[Reason], network: Network) -> Iterator[Notice]:
    names = {
        _trip_name(reason, network) for reason in reasons if reason.cause is Cause.TRIP_UNKNOWN
    }
    if names:
        text = f"Whether these take a wheelchair is not known: {', '.join(sorted(names))}."
        yield Notice(code="trips-unverified", text=text)


# --- words

_SENTENCES: Final = {
    Cause.TRIP_UNKNOWN: (
        "Ob {trip} ab {origin} Rollstühle mitnimmt, ist nicht bekannt.",
        "Whether {trip} from {origin} takes a wheelchair is not known.",
    ),
    Cause.STOP_UNKNOWN: (
        "Ob die Haltestelle {origin} stufenfrei ist, ist nicht bekannt.",
        "Whether the stop {origin} is step-free is not known.",
    ),
    Cause.WAY_UNKNOWN: (
        "Vom Weg zwischen {origin} und {destination} sind {metres} nicht geprüft.",
        "Of the way between {origin} and {destination}, {metres} are not verified.",
    ),
    Cause.WAY_ESTIMATED: (
        "Der Weg zwischen {origin} und {destination} ist geschätzt: Dort ist keine Straße bekannt.",
        "The way between {origin} and {destination} is an estimate: no street is known there.",
    ),
    Cause.TRIP_TAKES_NONE: (
        "{trip} ab {origin} nimmt keine Rollstühle mit.",
        "{trip} from {origin} takes no wheelchair.",
    ),
    Cause.STOP_CLOSED: (
        "Die Haltestelle {origin} ist nicht stufenfrei.",
        "The stop {origin} is not step-free.",
    ),
    Cause.STATION_BARRED: (
        "Zwischen {origin} und {destination} führt im Bahnhof kein stufenfreier Weg.",
        "Within the station, no step-free way leads from {origin} to {destination}.",
    ),
    Cause.NO_WAY: (
        "Zwischen {origin} und {destination} führt binnen {minutes} Minuten kein Weg ohne Stufen.",
        "There is no step-free way between {origin} and {destination} within {minutes} minutes.",
    ),
    Cause.OWN_WHEELS: (
        "Das Fahrzeug von {origin} nach {destination} nimmt keine Rollstühle mit.",
        "The vehicle from {origin} to {destination} takes no wheelchair.",
    ),
}
_DOORS: Final = {"de": ("Start", "Ziel"), "en": ("the start", "the destination")}


def words_of(reason: Reason, network: Network) -> Words:
    """Return a reason as a sentence."""
    german, english = _SENTENCES[reason.cause]
    return Words(
        de=german.format(**_facts(reason, network, "de")),
        en=english.format(**_facts(reason, network, "en")),
    )


def _facts(reason: Reason, network: Network, language: Language) -> dict[str, str]:
    start, goal = _DOORS[language]
    return {
        "origin": _name(reason.origin, network, start),
        "destination": _name(reason.destination, network, goal),
        "trip": _trip_name(reason, network),
        "metres": distance_text(reason.metres or 0, language),
        "minutes": str(reason.minutes),
    }


def _name(place: Place | None, network: Network, door: str) -> str:
    if place is None or place.stop is None:
        return door
    return network.catalogue.stop(place.stop).name


def _trip_name(reason: Reason, network: Network) -> str:
    if reason.trip is None:
        return ""
    route = network.catalogue.route(network.trips.route(reason.trip))
    return route.short_name or route.long_name


def _stop_ids(reason: Reason, network: Network) -> list[str]:
    stops = [place.stop for place in (reason.origin, reason.destination) if place is not None]
    return [network.catalogue.stop(stop).id for stop in stops if stop is not None]
