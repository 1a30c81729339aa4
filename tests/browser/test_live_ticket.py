"""A ticket on a phone: it moves there by itself, is drawn live, and its screenshot gets old."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from booking.tickets.aztec import from_png
from booking.tickets.envelope import take_apart
from booking.tickets.errors import CodeTooOld, PhoneDidNotSign, TicketRevoked
from booking.tickets.figures import FRESHNESS
from tests.browser.office import Office

pytestmark = pytest.mark.browser

OpenDevice = Callable[..., Page]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office(tmp_path_factory.mktemp("office"))
    yield office
    office.stop()


@pytest.fixture
def device(chromium: Browser, office: Office) -> Iterator[OpenDevice]:
    """Open an order's page on a device of its own: a phone, or a desk."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(session: dict[str, object], order: UUID, *, touch: bool = True) -> Page:
        context = chromium.new_context(
            locale="de-DE",
            viewport={"width": 390, "height": 844},
            device_scale_factor=2,
            has_touch=touch,
            is_mobile=touch,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.add_init_script(
            f"localStorage['kommit.session'] = JSON.stringify({json.dumps(session)})"
        )
        page.goto(f"{office.url}/#/orders/{order}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def seen(page: Page) -> bytes:
    """Return what a camera reads from the page."""
    return from_png(page.locator(".ticket-code").screenshot())


def wait_for_live(page: Page) -> None:
    page.locator("svg.live-code path").wait_for()


def test_on_a_phone_the_ticket_is_live_and_a_screenshot_gets_old(
    office: Office, device: OpenDevice
) -> None:
    session, order = office.sold()
    page = device(session, order)
    wait_for_live(page)
    first = seen(page)
    moment = take_apart(first).moment
    assert moment is not None
    now = datetime.now(UTC)
    accepted = office.tickets.inspect(first, now)
    assert accepted.shown_at is not None
    assert accepted.ticket.version == 2
    with pytest.raises(CodeTooOld):
        office.tickets.inspect(first, now + FRESHNESS.oldest + timedelta(seconds=1))
    path = page.locator("svg.live-code path")
    drawn = path.get_attribute("d")
    page.wait_for_function(
        "drawn => document.querySelector('.live-code path').getAttribute('d') !== drawn", arg=drawn
    )
    second = take_apart(seen(page)).moment
    assert second is not None
    assert second.at > moment.at


def test_the_key_never_leaves_the_phone(office: Office, device: OpenDevice) -> None:
    session, order = office.sold()
    page = device(session, order)
    wait_for_live(page)
    exported = page.evaluate(
        """() => new Promise((done) => {
          const asked = indexedDB.open("kommit");
          asked.onsuccess = () => {
            const got = asked.result.transaction("keys").objectStore("keys").get("phone");
            got.onsuccess = () => crypto.subtle.exportKey("jwk", got.result.privateKey).then(
              () => done("exported"), (error) => done(error.name));
          };
        })"""
    )
    assert exported == "InvalidAccessError"


def test_two_tickets_taken_at_once_get_one_key(office: Office, device: OpenDevice) -> None:
    session, order = office.sold()
    page = device(session, order, touch=False)  # has no key yet
    page.get_by_role("img", name="Aztec-Code").wait_for()
    keys = page.evaluate(
        """async (order) => {
          const { moveHere, isHere } = await import("/app/live_ticket.js");
          const taken = await Promise.all([moveHere(order), moveHere(order), moveHere(order)]);
          return [new Set(taken.map((each) => each.device_key)).size, await isHere(taken[0])];
        }""",
        str(order),
    )
    assert keys == [1, True]


def test_a_phone_does_not_take_back_what_its_rider_put_on_paper(
    office: Office, device: OpenDevice
) -> None:
    session, order = office.sold()
    page = device(session, order)
    wait_for_live(page)
    page.get_by_role("button", name="Für Papier freigeben").click()
    page.get_by_role("button", name="Drucken (PDF)").wait_for()
    page.reload()
    page.get_by_role("button", name="Drucken (PDF)").wait_for()
    page.wait_for_timeout(1000)  # it would be taken by now
    assert office.tickets.inspect(seen(page), datetime.now(UTC)).shown_at is None
    page.get_by_role("button", name="Auf dieses Gerät holen").click()
    wait_for_live(page)


def test_a_live_ticket_needs_no_network(office: Office, device: OpenDevice) -> None:
    session, order = office.sold()
    page = device(session, order)
    wait_for_live(page)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.reload()  # now every file went through the service worker
    wait_for_live(page)
    page.context.set_offline(True)
    page.reload()
    wait_for_live(page)
    assert office.tickets.inspect(seen(page), datetime.now(UTC)).shown_at is not None


def test_at_a_desk_it_stays_on_paper_until_it_is_moved_and_comes_back(
    office: Office, device: OpenDevice
) -> None:
    session, order = office.sold()
    page = device(session, order, touch=False)
    page.get_by_role("img", name="Aztec-Code").wait_for()
    paper = seen(page)
    assert office.tickets.inspect(paper, datetime.now(UTC)).shown_at is None
    with page.expect_download() as printed:
        page.get_by_role("button", name="Drucken (PDF)").click()
    assert printed.value.suggested_filename.endswith(".pdf")
    page.get_by_role("button", name="Auf dieses Gerät holen").click()
    wait_for_live(page)
    revoked = office.kommit.services.ticketing.revocations.current()
    with pytest.raises(TicketRevoked):
        office.tickets.inspect(paper, datetime.now(UTC), revoked)
    page.get_by_role("button", name="Für Papier freigeben").click()
    page.get_by_role("button", name="Drucken (PDF)").wait_for()
    assert office.tickets.inspect(seen(page), datetime.now(UTC)).ticket.version == 3


def test_a_second_device_says_where_it_is_and_can_take_it(
    office: Office, device: OpenDevice
) -> None:
    session, order = office.sold()
    first = device(session, order)
    wait_for_live(first)
    desk = device(session, order, touch=False)
    desk.get_by_text("Dieses Ticket gilt auf einem anderen Gerät.").wait_for()
    assert desk.locator(".ticket-code").count() == 0, "there is nothing to be shown here"
    desk.get_by_role("button", name="Hierher holen").click()
    wait_for_live(desk)
    revoked = office.kommit.services.ticketing.revocations.current()
    with pytest.raises(TicketRevoked):
        office.tickets.inspect(seen(first), datetime.now(UTC), revoked)
    assert office.tickets.inspect(seen(desk), datetime.now(UTC), revoked).ticket.version == 3


def test_what_the_server_hands_out_is_not_enough(office: Office, device: OpenDevice) -> None:
    session, order = office.sold()
    page = device(session, order)
    wait_for_live(page)
    with office.store.read() as uow:
        level_1 = uow.orders.get(order).ticket
    assert level_1 is not None
    with pytest.raises(PhoneDidNotSign):
        office.tickets.inspect(level_1, datetime.now(UTC))


def test_a_phone_whose_clock_is_wrong_signs_by_the_servers(
    office: Office, device: OpenDevice
) -> None:
    session, order = office.sold()
    page = device(session, order, touch=False)
    page.get_by_role("img", name="Aztec-Code").wait_for()
    page.evaluate("const real = Date.now; Date.now = () => real() + 3_600_000")
    page.get_by_role("button", name="Auf dieses Gerät holen").click()
    wait_for_live(page)
    assert office.tickets.inspect(seen(page), datetime.now(UTC)).shown_at is not None
