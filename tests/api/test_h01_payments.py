"""Means of payment by HTTP: a mandate, a voucher, a budget, an invoice, a kept card, a message."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from booking.domain.payments.employer_lists import read_members
from kommit.api.limits import RateLimit
from tests.api.payment_problems import promote
from tests.booking.payments.test_b01_webhooks import SECRET, event, signed
from tests.support.cards import GOOD_CARD, KEY, LocalStripe
from tests.support.payment_shop import IBAN
from tests.support.server import Rider, World
from tests.support.server import world as open_world

SEPA = {"sepa_creditor_id": "DE98ZZZ09999999999", "sepa_iban": "DE89370400440532013000"}


@pytest.fixture
def office(image: Path, database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(image, database_url, tmp_path, **SEPA) as opened:
        yield opened


@pytest.fixture
def cards(image: Path, sqlite_url: str, tmp_path: Path, local_stripe: LocalStripe) -> Any:
    chosen = {
        "stripe_api_key": KEY,
        "stripe_api_base": local_stripe.url,
        "stripe_webhook_secret": f"{SECRET} whsec_before",
    }
    with open_world(image, sqlite_url, tmp_path, **chosen) as opened:
        yield opened


def means_of(rider: Rider, order_id: str) -> list[tuple[str, int]]:
    services = rider.world.services
    owner = services.accounts.rider_of(rider.token)
    payment = services.orders.get(UUID(order_id), owner.id).payment
    return [(part.means, part.amount.minor) for part in payment.parts]


def test_a_month_on_invoice(office: World) -> None:
    rider = office.rider(cents=0)
    refused = rider.pay(rider.hold(), means="invoice")
    assert (refused.status_code, refused.json()["type"]) == (402, "/problems/payment-declined")
    assert "SEPA mandate" in refused.json()["detail"]

    signed_one = rider.post("/v1/riders/me/mandates", {"iban": IBAN.lower(), "holder": "Ada"})
    assert signed_one.status_code == 201, signed_one.text
    assert IBAN not in signed_one.text
    assert "invoice" in office.client.get("/v1/region").json()["payment_means"]
    order = rider.pay(rider.hold(), means="invoice").json()
    assert order["state"] == "confirmed"
    assert rider.get("/v1/riders/me/invoices").json() == {"invoices": []}

    office.clock.move(days=26)
    from booking.domain.payments.months import Month

    office.services.payments.invoicing.close(Month(2024, 5))
    (invoice,) = rider.get("/v1/riders/me/invoices").json()["invoices"]
    assert invoice["amount"] == order["price"]
    assert invoice["items"][0]["order"] == order["id"]
    assert invoice["iban"] == "DE…2051"
    assert rider.get(f"/v1/riders/me/invoices/{invoice['number']}").json() == invoice
    pdf = rider.get(invoice["pdf_url"])
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    for path in (f"/v1/riders/me/invoices/{invoice['number']}", invoice["pdf_url"]):
        assert office.rider().get(path).status_code == 404

    (mandate,) = rider.get("/v1/riders/me/mandates").json()["mandates"]
    address = f"/v1/riders/me/mandates/{mandate['reference']}"
    assert office.client.delete(address, headers=office.rider().headers).status_code == 404
    for _ in range(2):
        assert office.client.delete(address, headers=rider.headers).status_code == 204
    (mandate,) = rider.get("/v1/riders/me/mandates").json()["mandates"]
    assert mandate["state"] == "revoked"


def test_a_voucher_and_a_budget_pay_before_the_wallet(office: World) -> None:
    promote(office)
    rider = office.rider()
    given = rider.post("/v1/riders/me/vouchers", {"code": "senden 24"}, "key-00001")
    assert given.status_code == 201, given.text
    assert given.json()["left"] == {"amount": 200, "currency": "EUR"}
    again = rider.post("/v1/riders/me/vouchers", {"code": "senden 24"}, "key-00001")
    assert again.json() == given.json()
    email = office.services.accounts.rider_of(rider.token).email
    budgets = office.services.payments.budgets
    budgets.add_employer("amt", "Kreisverwaltung")
    budgets.set_members("amt", read_members(f"email,monthly,first\n{email},1.00,2024-05\n"))
    (budget,) = rider.get("/v1/riders/me/budgets").json()["budgets"]
    assert (budget["employer"], budget["left"]["amount"]) == ("Kreisverwaltung", 100)

    order = rider.pay(rider.hold()).json()

    rest = order["price"]["amount"] - 300
    expected = [("voucher", 200), ("budget", 100), ("wallet", rest)]
    assert means_of(rider, order["id"]) == expected
    (voucher,) = rider.get("/v1/riders/me/vouchers").json()["vouchers"]
    assert voucher["left"]["amount"] == 0
    assert rider.get("/v1/riders/me/budgets").json() == {"budgets": []}


def test_codes_cannot_be_guessed(office: World) -> None:
    payments = office.services.payments
    import dataclasses

    limited = dataclasses.replace(payments, voucher_limit=RateLimit(3, 600))
    office.replace_services(payments=limited)
    rider = office.rider()
    codes = [rider.post("/v1/riders/me/vouchers", {"code": f"GUESS{n}"}) for n in range(4)]
    assert [answer.status_code for answer in codes] == [404, 404, 404, 429]
    assert int(codes[-1].headers["retry-after"]) > 0
    other = office.rider().post("/v1/riders/me/vouchers", {"code": "GUESS9"})
    assert other.status_code == 429, "nor by many accounts from one address"


def test_a_kept_card(cards: World, local_stripe: LocalStripe) -> None:
    rider, thief = cards.rider(cents=0), cards.rider(cents=0)
    assert rider.get("/v1/riders/me/payment-methods").json() == {"payment_methods": []}
    begun = rider.post("/v1/riders/me/payment-methods")
    assert begun.status_code == 201, begun.text
    # What the provider's form does with the secret; localstripe leaves the attaching to us.
    client, card = local_stripe.client(), local_stripe.card()
    intent = client.v1.setup_intents.retrieve(begun.json()["id"])
    assert intent.client_secret == begun.json()["client_secret"]
    client.v1.payment_methods.attach(card, {"customer": str(intent.customer)})
    again = rider.post("/v1/riders/me/payment-methods").json()
    assert client.v1.setup_intents.retrieve(again["id"]).customer == intent.customer

    (kept,) = rider.get("/v1/riders/me/payment-methods").json()["payment_methods"]
    assert kept == {
        "id": card,
        "brand": "visa",
        "last4": "4242",
        "exp_month": 12,
        "exp_year": 2030,
    }
    stolen = thief.pay(thief.hold(), means="stripe", payment_method=card)
    assert (stolen.status_code, stolen.json()["type"]) == (402, "/problems/payment-declined")
    assert rider.pay(rider.hold(), means="stripe", payment_method=card).json()["ticket_url"]

    address = f"/v1/riders/me/payment-methods/{card}"
    assert cards.client.delete(address, headers=thief.headers).status_code == 404
    thief.post("/v1/riders/me/payment-methods")
    assert cards.client.delete(address, headers=thief.headers).status_code == 404
    assert cards.client.delete(address, headers=rider.headers).status_code == 204
    assert rider.get("/v1/riders/me/payment-methods").json() == {"payment_methods": []}
    assert cards.client.delete(address, headers=rider.headers).status_code == 404


def test_without_a_provider_no_cards_are_kept(office: World) -> None:
    rider = office.rider()
    assert rider.get("/v1/riders/me/payment-methods").json() == {"payment_methods": []}
    refused = rider.post("/v1/riders/me/payment-methods")
    assert refused.json()["type"] == "/problems/unknown-means"
    told = office.client.post("/v1/webhooks/stripe", content=event())
    assert told.json()["type"] == "/problems/unknown-means"


def test_a_message_sells_what_the_bank_confirmed(cards: World, local_stripe: LocalStripe) -> None:
    rider = cards.rider(cents=0)
    order = rider.hold()
    asked = rider.pay(order, means="stripe", payment_method=local_stripe.three_d_secure_card())
    assert asked.json()["type"] == "/problems/payment-challenged", asked.text
    (intent,) = local_stripe.intents(order["id"])
    local_stripe.answer_bank(intent.id, intent.client_secret or "", yes=True)

    payload = event("payment_intent.amount_capturable_updated", f"evt_{uuid4()}", id=intent.id)
    for signature, status in (("t=1,v1=00", 400), (signed(payload), 204), (signed(payload), 204)):
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        told = cards.client.post("/v1/webhooks/stripe", content=payload, headers=headers)
        assert (told.status_code, told.content == b"") == (status, status == 204), told.text

    assert rider.get(f"/v1/orders/{order['id']}").json()["state"] == "confirmed"


def test_the_jobs_are_there(office: World) -> None:
    names = {job.name for job in office.kommit.jobs.jobs}
    assert {"look after messages of providers", "lapse vouchers", "lapse budgets"} <= names
    promote(office, valid_until=office.clock.now() + timedelta(days=2))
    rider = office.rider()
    rider.post("/v1/riders/me/vouchers", {"code": "SENDEN24"})
    office.clock.move(days=3)
    for job in office.kommit.jobs.jobs:
        if job.name.startswith("lapse"):
            job.run()
    (voucher,) = rider.get("/v1/riders/me/vouchers").json()["vouchers"]
    assert voucher["left"]["amount"] == 0


def test_a_card_still_pays(cards: World) -> None:
    rider = cards.rider(cents=0)
    assert rider.pay(rider.hold(), means="stripe", payment_method=GOOD_CARD).status_code == 200
