"""The Senden region in a wheelchair: most of it is not known, so it is answered only if allowed.

Its streets are illustrative and say nothing of kerbs or surface, and most of its stops nothing of
steps; all of its vehicles take wheelchairs.
"""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from feeds.image.build import FeedInput, build_image
from feeds.image.image import load_image
from feeds.osm.read import read_streets
from kommit.api.network import Network
from kommit.api.planning import Question, plan
from kommit.api.wishes import Wishes, notices_of
from kommit.regions.region import Region
from routing.street.build import build_network
from routing.wheelchair.compile import wheel_transfers
from routing.wheelchair.verdicts import Status

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def network(senden: Region, tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Return the region without hierarchies, which take their time and serve walkers only."""
    out = tmp_path_factory.mktemp("senden") / "image"
    build_image([FeedInput(*feed) for feed in senden.feeds], None, out)
    image = load_image(out)
    streets = build_network(read_streets(senden.streets).ways)
    rolled = wheel_transfers(image.timetable, streets)
    return Network(replace(image, streets=streets, wheel_transfers=rolled))


def asked(**wishes: bool) -> Question:
    depart = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
    ends = "51.8560,7.4830", "51.9566,7.6350"
    return Question(*ends, depart, wishes=Wishes(wheelchair=True, **wishes))


def test_what_is_not_known_is_answered_leg_by_leg(network: Network) -> None:
    question = asked(allow_unknown=True)
    answer = plan(question, network, NOW)
    assert answer.journeys
    assert answer.known is not None
    statuses = {verdict.status for journey in answer.known.verdicts for verdict in journey}
    assert Status.UNVERIFIED in statuses
    assert Status.REFUSED not in statuses
    codes = {n.code for n in notices_of(answer.journeys, network, question.wishes, answer.known)}
    assert "ways-unverified" in codes


def test_where_only_verified_legs_will_do_the_answer_says_what_is_missing(
    network: Network,
) -> None:
    question = asked()
    answer = plan(question, network, NOW)
    assert answer.journeys == []
    notices = notices_of(answer.journeys, network, question.wishes, answer.known)
    assert [notice.code for notice in notices[:2]] == ["no-ride-fits", "unknown-left-out"]
    assert {notice.code for notice in notices[2:]} <= {"stop-unknown", "way-unknown"}
