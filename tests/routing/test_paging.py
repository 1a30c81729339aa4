"""Pages put side by side are the search of the whole span: nothing twice, nothing lost."""

from dataclasses import replace
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from routing.paging import DAY_S, Pager, Side, Span, TransitPage
from routing.query import TimeKind
from routing.transit.search import MAX_WINDOW_S, TransitJourney, TransitQuery, TransitSearch
from tests.routing.transit.random_networks import HOUR, networks, random_query
from tests.support.examples import examples
from tests.support.timetables import TinyNetwork, compile_network, network

Criteria = tuple[int, int, int]


def criteria(journey: TransitJourney) -> Criteria:
    return journey.departure, journey.arrival, journey.rides


def pager_of(search: TransitSearch, query: TransitQuery) -> Pager:
    def window(time: int, window_s: int) -> list[TransitJourney]:
        return search.search(replace(query, time=time, window_s=window_s))

    return Pager(window, query.kind, query.window_s)


def whole(search: TransitSearch, query: TransitQuery, span: Span) -> list[Criteria]:
    """Return what one search of the span answers, in pieces as long as a search may be."""
    found = []
    for begin in range(span.begin, span.end, MAX_WINDOW_S):
        end = min(begin + MAX_WINDOW_S, span.end)
        time = begin if query.kind is TimeKind.DEPART else end
        found += search.search(replace(query, time=time, window_s=end - begin))
    return sorted(map(criteria, found))


@examples(50)
@given(networks, st.integers(0, 2**32), st.sampled_from([600, HOUR, 5 * HOUR, DAY_S]))
def test_the_union_of_pages_is_the_whole(of: object, seed: int, window_s: int) -> None:
    search = TransitSearch(compile_network(of))
    query = replace(random_query(Random(seed), of), window_s=window_s)
    pager, pages = pager_of(search, query), []
    first = page = pager.first(query.time)
    for _ in range(4):
        pages.append(page)
        page = pager.turn(Side.LATER, page.span.end)
    for page in before(pager, first, 3):
        pages.insert(0, page)

    for one, after in pairwise(pages):
        assert one.span.end == after.span.begin
    found = [criteria(journey) for page in pages for journey in page.journeys]
    assert len(set(found)) == len(found)
    span = Span(pages[0].span.begin, pages[-1].span.end)
    assert sorted(found) == whole(search, query, span)


def before(pager: Pager, page: TransitPage, times: int) -> list[TransitPage]:
    pages = []
    for _ in range(times):
        page = pager.turn(Side.EARLIER, page.span.begin)
        pages.append(page)
    return pages


NIGHT = network(
    """
    R1
    A      B
    6:00   6:20   [daily]
    6:50   7:10   [daily]
    21:00  21:20  [daily]
    """
)


def pages_from(of: TinyNetwork, text: str) -> tuple[Pager, TransitPage]:
    query = of.query(text)
    pager = pager_of(of.search, query)
    return pager, pager.first(query.time)


def clock(of: TinyNetwork, second: int) -> str:
    return f"{(second - of.midnight) // HOUR}:{(second - of.midnight) % HOUR // 60:02}"


def told(of: TinyNetwork, page: TransitPage) -> tuple[str, str, list[str]]:
    departures = [clock(of, journey.departure) for journey in page.journeys]
    return clock(of, page.span.begin), clock(of, page.span.end), departures


def test_a_page_looks_further_where_nothing_runs() -> None:
    pager, page = pages_from(NIGHT, "A 22:00-23:00 -> B")
    assert told(NIGHT, page) == ("22:00", "31:00", ["30:00", "30:50"])
    earlier = pager.turn(Side.EARLIER, page.span.begin)
    assert told(NIGHT, earlier) == ("21:00", "22:00", ["21:00"])
    before_that = pager.turn(Side.EARLIER, earlier.span.begin)
    assert told(NIGHT, before_that) == ("5:50", "21:00", ["6:00", "6:50"])


def test_arrivals_turn_in_the_same_way() -> None:
    pager, page = pages_from(NIGHT, "A -> B 19:00-20:00")
    assert told(NIGHT, page) == ("6:10", "20:00", ["6:00", "6:50"])
    assert told(NIGHT, pager.turn(Side.LATER, page.span.end))[2] == ["21:00"]


def test_a_day_without_anything_is_an_empty_page() -> None:
    lonely = network("A B\n8:00 8:10")
    _, page = pages_from(lonely, "A 9:00-10:00 -> B")
    assert told(lonely, page) == ("9:00", "33:00", [])
