"""What happens to an order elsewhere shows on an open page, without a reload."""

from typing import Any
from uuid import uuid4

import pytest

from tests.browser.conftest import MakeVisit
from tests.browser.test_buy_a_ticket import rider_token
from tests.browser.visit import Visit

pytestmark = pytest.mark.browser


class OtherPhone:
    """Another device of the same rider, that speaks to the API."""

    def __init__(self, rider: Visit) -> None:
        self.rider, self.token = rider, rider_token(rider)

    def post(self, path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(uuid4())}
        answer = self.rider.page.context.request.post(
            self.rider.site.rstrip("/") + path, data=body, headers=headers
        )
        assert answer.ok, answer.text()
        return answer.json()


def test_what_another_phone_pays_and_cancels_shows_here(visit: MakeVisit) -> None:
    rider = visit()
    rider.search()
    rider.open_bookable()
    rider.book()
    rider.register()
    rider.hold()
    order = rider.page.url.rsplit("/", 1)[1]
    phone = OtherPhone(rider)
    rider.page.evaluate("window.stillHere = true")
    phone.post("/v1/wallet/top-ups", {"amount": {"amount": 5000, "currency": "EUR"}})
    phone.post(f"/v1/orders/{order}/payment", {"means": "wallet"})
    rider.page.get_by_role("img", name="Aztec-Code").wait_for()
    assert rider.page.evaluate("window.stillHere"), "the page was not loaded again"
    assert phone.post(f"/v1/orders/{order}/cancel", {})["state"] == "cancelled"
    rider.page.locator(".state-over").first.wait_for()
    assert rider.page.get_by_role("img", name="Aztec-Code").count() == 0
    assert rider.page.evaluate("window.stillHere")
