"""By keyboard alone, with a screen reader, in both languages, in the dark, and what problems say."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Response

from tests.browser.conftest import MakeVisit
from tests.browser.visit import DESKTOP, PHONE, Visit

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"
SERIOUS = ("serious", "critical")


def violations(rider: Visit) -> list[str]:
    """Return what axe-core finds serious on the present view."""
    # By the debugger, not by a script tag: the page's policy allows no foreign script.
    rider.page.evaluate(AXE.read_text("utf-8"))
    found = rider.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['html']} {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_has_serious_barriers(visit: MakeVisit, scheme: str) -> None:
    rider = visit(color_scheme=scheme)
    rider.wait_for_map()
    assert violations(rider) == []
    rider.page.get_by_role("combobox", name="Start").fill("Senden")
    rider.page.get_by_role("option").first.wait_for()
    assert violations(rider) == []
    rider.search()
    assert violations(rider) == []
    rider.open_bookable()
    for summary in rider.page.locator(".legs summary").all():
        summary.click()
    assert violations(rider) == []
    rider.book()
    assert violations(rider) == []
    rider.register()
    rider.hold()
    rider.page.locator(".top-up").wait_for()
    assert violations(rider) == []
    rider.pay()
    rider.page.get_by_role("img", name="Aztec-Code").wait_for()
    assert violations(rider) == []
    for view in ("orders", "account"):
        rider.page.goto(f"{rider.site}/#/{view}")
        rider.page.locator(".order-card, .entries li").first.wait_for()
        assert violations(rider) == []


def test_the_checker_finds_a_barrier(visit: MakeVisit) -> None:
    rider = visit()
    rider.heading("Wohin geht es?")
    rider.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"icon.svg\">')"
    )
    assert any(violation.startswith("image-alt") for violation in violations(rider))


SETTLED_MS = 300
"""Time for an answer that has come to be shown, on a busy machine."""


def asks_for(answer: Response, text: str) -> bool:
    """Say whether this answers a search for the whole of ``text``."""
    return parse_qs(urlsplit(answer.url).query).get("q") == [text]


def test_a_journey_is_found_by_keyboard_alone(visit: MakeVisit) -> None:
    rider = visit(size=DESKTOP)
    rider.heading("Wohin geht es?")
    keyboard, focused = rider.page.keyboard, "document.activeElement"
    keyboard.press("Tab")
    assert rider.page.evaluate(f"{focused}.textContent") == "Zum Inhalt springen"
    keyboard.press("Enter")
    assert rider.page.evaluate(f"{focused}.id") == "main"
    keyboard.press("Tab")
    assert rider.page.evaluate(f"{focused}.name") == "from"
    for text in ("Senden, Mahnmal", "Münster Ludgeripl"):
        with rider.page.expect_response(lambda answer, text=text: asks_for(answer, text)):
            keyboard.type(text)
        rider.page.get_by_role("option").first.wait_for()
        rider.page.wait_for_timeout(SETTLED_MS)
        keyboard.press("ArrowDown")
        rider.page.wait_for_function(
            f"() => document.getElementById({focused}.getAttribute('aria-activedescendant'))"
            "?.getAttribute('aria-selected') === 'true'"
        )
        keyboard.press("Enter")
        rider.page.get_by_role("listbox").wait_for(state="detached")
        while text.startswith("Senden") and rider.page.evaluate(f"{focused}.name") != "to":
            keyboard.press("Tab")
    keyboard.press("Enter")
    rider.page.locator(".journey").first.wait_for()
    assert rider.page.evaluate(f"{focused}.textContent") == "Verbindungen"
    while "journey" not in rider.page.evaluate(f"{focused}.className"):
        keyboard.press("Tab")
    outline = rider.page.evaluate(f"getComputedStyle({focused}).outlineStyle")
    assert outline == "solid"
    keyboard.press("Enter")
    rider.heading("Ihre Verbindung")
    rider.page.wait_for_function(f"() => {focused}.tagName === 'H1'")


def test_escape_closes_the_suggestions_and_then_clears_the_field(visit: MakeVisit) -> None:
    rider = visit()
    box = rider.page.get_by_role("combobox", name="Start")
    box.fill("Senden")
    rider.page.get_by_role("option").first.wait_for()
    box.press("Escape")
    assert rider.page.get_by_role("option").count() == 0
    assert box.input_value() == "Senden"
    box.press("Escape")
    assert box.input_value() == ""


def test_suggestions_are_announced(visit: MakeVisit) -> None:
    rider = visit()
    rider.page.get_by_role("combobox", name="Ziel").fill("Mahnmal")
    rider.page.locator("#voice", has_text="Vorschl").wait_for(state="attached")


def test_both_languages_are_whole(visit: MakeVisit) -> None:
    rider = visit(locale="en-GB")
    rider.heading("Where to?")
    rider.page.locator("html[lang=en]").wait_for(state="attached")
    rider.press("Deutsch")
    rider.heading("Wohin geht es?")
    rider.page.locator("html[lang=de]").wait_for(state="attached")
    rider.page.reload()
    rider.heading("Wohin geht es?")  # the choice is remembered
    rider.press("English")
    rider.heading("Where to?")


def test_the_browser_chooses_the_first_language(visit: MakeVisit) -> None:
    visit(locale="de-AT").heading("Wohin geht es?")
    visit(locale="fr-FR").heading("Where to?")


def test_an_empty_form_says_what_is_missing(visit: MakeVisit) -> None:
    rider = visit()
    rider.press("Verbindung suchen")
    rider.see("Bitte wählen Sie einen Ort aus den Vorschlägen.")
    box = rider.page.get_by_role("combobox", name="Start")
    assert box.get_attribute("aria-invalid") == "true"
    assert rider.page.evaluate("document.activeElement.name") == "from"


def test_a_wrong_password_is_told_in_plain_words(visit: MakeVisit) -> None:
    rider = visit()
    rider.page.goto(f"{rider.site}/#/account")
    rider.page.get_by_role("radio", name="Ich habe ein Konto").check()
    rider.page.get_by_label("E-Mail-Adresse").fill("nobody@kommit.example")
    rider.page.get_by_label("Passwort").fill("not the password")
    rider.page.locator(".fields").get_by_role("button", name="Anmelden").click()
    alert = rider.page.get_by_role("alert")
    alert.wait_for()
    assert "E-Mail-Adresse oder Passwort stimmt nicht." in alert.inner_text()
    rider.forgive("401")


def test_nothing_is_wider_than_a_small_phone(visit: MakeVisit) -> None:
    rider = visit(size={**PHONE, "width": 320})
    rider.search()
    wider = "document.documentElement.scrollWidth > innerWidth"
    assert not rider.page.evaluate(wider)
    rider.open_bookable()
    assert not rider.page.evaluate(wider)
