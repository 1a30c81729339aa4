"""An inspector's page: photographs in, verdicts out, also in a tunnel; what was seen is handed in."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from booking.domain.staff import Role
from booking.tickets.aztec import from_pixels, to_png
from booking.tickets.check_in import sign_check_in
from booking.tickets.packing import DICTIONARY, DICTIONARY_2
from booking.tickets.phone import show
from booking.tickets.wallet_pass import code_text
from tests.booking.tickets.check_ins import checked_in
from tests.booking.tickets.phones import compressed, phone
from tests.booking.tickets.test_a03_layouts import SOLD_IN_VERSION_1
from tests.browser.office import Office

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SECRET = "a secret of the tests"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office(tmp_path_factory.mktemp("office"))
    yield office
    office.stop()


@pytest.fixture
def page(chromium: Browser, office: Office) -> Iterator[Page]:
    context = chromium.new_context(locale="de-DE", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.complaints = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    page.on(
        "console",
        lambda message: (
            message.type in ("error", "warning") and page.complaints.append(message.text)
        ),  # type: ignore[attr-defined]
    )
    page.goto(f"{office.url}/inspector/")
    page.get_by_role("heading", name="Fahrscheinkontrolle").wait_for()
    page.get_by_text("1 Schlüssel").wait_for()
    yield page
    assert page.complaints == []  # type: ignore[attr-defined]
    context.close()


def photograph(page: Page, image: bytes, kind: str = "png") -> Any:
    """Hand in a photograph and return the verdict."""
    page.locator("input[type=file]").set_input_files(
        {"name": f"photo.{kind}", "mimeType": f"image/{kind}", "buffer": image}
    )
    verdict = page.locator(".verdict")
    verdict.wait_for()
    return verdict


def test_who_is_checked_in_is_green_with_since_when(page: Page, office: Office) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    document = sign_check_in(checked_in(now), office.tickets._keys)
    text = photograph(page, to_png(document)).inner_text()
    for part in ("Gültig", "Eingecheckt", "3 min", "Senden, Mahnmal", "2 Erwachsene, 1 Kinder"):
        assert part in text, part
    for changed, reason in (
        ({"issued_at": now + timedelta(minutes=1)}, "TicketNotYetValid"),
        ({"valid_until": now - timedelta(seconds=2)}, "TicketExpired"),
    ):
        refused = sign_check_in(checked_in(now, **changed), office.tickets._keys)
        photograph(page, to_png(refused))
        page.locator(f".verdict[data-reason={reason}]").wait_for()
    forged = document[:46] + b"\x09" + document[47:]
    photograph(page, to_png(forged))
    page.locator(".verdict[data-reason=BadSignature]").wait_for()


def test_a_live_code_is_green_and_says_what_to_look_at(page: Page, office: Office) -> None:
    verdict = photograph(page, to_png(office.live(uuid4(), age_s=4)))
    assert "yes" in str(verdict.get_attribute("class"))
    text = verdict.inner_text()
    for part in (
        "Gültig",
        "Valid",
        "Live: vor",
        "Nicht gesperrt",
        "deutschlandticket vorzeigen lassen",
        "1. Klasse, mit Fahrrad",
        "RB42",
        "Lastenrad Senden",
        "Ottmarsbocholt, Kirche",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("seen", "reason", "sentence"),
    [
        ("screenshot", "CodeTooOld", "ein Bildschirmfoto?"),
        ("print of a phone's ticket", "PhoneDidNotSign", "Gilt nur auf seinem Handy"),
        ("another phone", "BadPhoneSignature", "von einem anderen Handy"),
        ("forged", "BadSignature", "Gefälscht oder verändert"),
        ("revoked", "TicketRevoked", "Storniert"),
        ("over", "TicketExpired", "Nicht mehr gültig"),
        ("another issuer", "UnknownKey", "Von niemandem unterschrieben"),
        ("an advertisement", "TicketMalformed", "kein kommit-Fahrschein"),
        ("a wall", "NoTicketInImage", "kein Aztec-Code"),
    ],
)
def test_what_is_red_and_why_in_both_languages(
    page: Page, office: Office, seen: str, reason: str, sentence: str
) -> None:
    order = uuid4()
    phones = {"device_key": compressed(phone()), "version": 2}
    if seen == "revoked":
        office.revoke(order, 1)
        page.get_by_role("button", name="Erneuern").click()
    image = {
        "screenshot": lambda: to_png(office.live(order, age_s=31)),
        "print of a phone's ticket": lambda: to_png(office.ticket(order, **phones)),
        "another phone": lambda: to_png(
            show(office.ticket(order, **phones), phone(2), datetime.now(UTC))
        ),
        "forged": lambda: to_png(flipped(office.ticket(order))),
        "revoked": lambda: to_png(office.ticket(order)),
        "over": lambda: to_png(office.ticket(order, timedelta(hours=5))),
        "another issuer": lambda: to_png(old_ticket()),
        "an advertisement": lambda: to_png(b"https://kommit.example"),
        "a wall": (ROOT / "docs/img/phone-results.png").read_bytes,
    }[seen]()
    if seen == "revoked":
        page.wait_for_timeout(800)  # the list comes
    verdict = photograph(page, image)
    page.locator(f".verdict[data-reason={reason}]").wait_for()
    assert "no" in str(verdict.get_attribute("class"))
    text = verdict.inner_text()
    assert sentence in text
    assert "Not valid" in text, "the other language, for whoever asks"


def flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def old_ticket() -> bytes:
    return base64.urlsafe_b64decode("".join(SOLD_IN_VERSION_1.split()) + "==")


def test_a_static_ticket_asks_for_the_pin(page: Page, office: Office) -> None:
    data = office.ticket(uuid4())
    verdict = photograph(page, to_png(data))
    pin = office.tickets.pin(data)
    assert f"PIN auf dem Papier vergleichen: {pin[:3]} {pin[3:]}" in verdict.inner_text()
    assert page.locator("[data-live=false]").count() == 1


def test_a_photograph_as_jpeg_and_a_wallet_pass_as_text(page: Page, office: Office) -> None:
    from io import BytesIO

    from PIL import Image

    data = office.ticket(uuid4())
    with Image.open(BytesIO(to_png(code_text(data).encode(), 4))) as code:
        photo = Image.new("RGB", (900, 1000), (70, 90, 80))
        turned = code.convert("RGB").rotate(11, expand=True, fillcolor=(225, 225, 225))
        photo.paste(turned, (120, 160))
    out = BytesIO()
    photo.save(out, "JPEG", quality=70)
    assert "Gültig" in photograph(page, out.getvalue(), "jpeg").inner_text()
    page.get_by_text("oder als Text").click()
    page.get_by_role("textbox", name="oder als Text").fill(code_text(data)[:-1] + "A")
    page.get_by_role("button", name="Prüfen").click()
    page.locator(".verdict.no").wait_for()


def test_part_of_a_group_and_of_the_legs(page: Page, office: Office) -> None:
    gone = frozenset({(1, 0), (5, 0), (5, 1), (5, 2)})
    verdict = photograph(page, to_png(office.ticket(uuid4(), version=2, without=gone)))
    text = verdict.inner_text()
    assert "nur 2., 3." in text
    assert "Lastenrad" not in text
    assert "Ausgabe 2" in text


def test_it_works_without_a_network_after_one_visit(page: Page, office: Office) -> None:
    page.wait_for_function("() => navigator.serviceWorker.ready.then(one => one.active !== null)")
    page.context.set_offline(True)
    page.reload()
    page.get_by_role("heading", name="Fahrscheinkontrolle").wait_for()
    page.get_by_text("1 Schlüssel").wait_for()
    assert "Gültig" in photograph(page, to_png(office.live(uuid4()))).inner_text()
    page.get_by_text("1 Kontrolle noch nicht übertragen").wait_for()
    page.context.set_offline(False)
    page.complaints = [text for text in page.complaints if "ERR_INTERNET" not in text]  # type: ignore[attr-defined]


def test_what_was_seen_offline_is_handed_in_by_a_signed_in_inspector(
    page: Page, office: Office
) -> None:
    office.kommit.services.staff.add(Role.INSPECTOR, "Ina", SECRET, "")
    order = uuid4()
    page.wait_for_function("() => navigator.serviceWorker.ready.then(one => one.active !== null)")
    page.context.set_offline(True)
    photograph(page, to_png(office.live(order)))
    page.get_by_text("1 Kontrolle noch nicht übertragen").wait_for()
    page.context.set_offline(False)
    page.get_by_text("Anmelden zum Übertragen").first.click()
    page.get_by_label("Name").fill("Ina")
    page.get_by_label("Kennwort").fill(SECRET)
    page.get_by_role("button", name="Anmelden zum Übertragen").click()
    page.get_by_text("Angemeldet: Ina").wait_for()
    page.locator(".waiting").wait_for(state="detached")
    with office.store.read() as uow:
        seen = [
            one
            for one in uow.inspections.list_since(datetime.now(UTC) - timedelta(hours=1), 50)
            if one.order_id == order
        ]
    assert [(one.verdict, one.ticket_version) for one in seen] == [("accepted", 2)]
    page.complaints = [text for text in page.complaints if "ERR_INTERNET" not in text]  # type: ignore[attr-defined]


def test_the_policy_allows_web_assembly_for_this_page_alone(page: Page, office: Office) -> None:
    policy = page.request.get(f"{office.url}/inspector/").headers["content-security-policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "unsafe-inline" not in policy
    for path in ("/", "/driver/", "/app/main.js"):
        rider = page.request.get(f"{office.url}{path}").headers["content-security-policy"]
        assert "wasm" not in rider


def test_the_dictionaries_are_those_of_the_server(page: Page) -> None:
    found = page.evaluate("import('/inspector/payload.js').then(one => one.DICTIONARIES)")
    assert [each.encode() for each in found] == [DICTIONARY, DICTIONARY_2]


def test_points_of_the_curve_are_made_whole(page: Page) -> None:
    from tests.booking.tickets.phones import raw

    for number in (1, 2, 3, 77):
        found = page.evaluate(
            "key => import('/inspector/check.js').then(one => [...one.whole(new Uint8Array(key))])",
            list(compressed(phone(number))),
        )
        assert bytes(found) == raw(phone(number))


@pytest.mark.parametrize("size", [1, 31, 32, 199, 333, 418, 700, 1200])
def test_the_phones_drawing_is_read_by_another_reader(page: Page, size: int) -> None:
    data = bytes((7_919 * i + size) % 256 for i in range(size))
    found = page.evaluate(
        "data => import('/app/ticket/aztec.js').then(one => one.aztec(new Uint8Array(data)))",
        list(data),
    )
    dark = np.pad(np.array(found, dtype=bool), 2)
    pixels = np.where(dark, 0, 255).astype(np.uint8).repeat(4, 0).repeat(4, 1)
    assert from_pixels(pixels) == data
