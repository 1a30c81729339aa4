"""A process is killed (SIGKILL) at every commit while it sells a ride: none is lost or doubled."""

import signal
from datetime import datetime, timedelta

import pytest

from booking.domain.shuttles import DriverEvent, RideState, VehicleKey
from tests.support.dying import COMMITS_EXIT, Death, run
from tests.support.shop import NOON
from tests.support.shuttle_dying import RidePurchase, buy_ride, recover_rides, report
from tests.support.shuttle_shop import LEG, SERVICE, ShuttleShop, shuttle_offer

SOON = NOON + timedelta(minutes=1)
"""The lease has ended, the hold has not."""
LATE = NOON + timedelta(minutes=11)
"""The hold has ended too."""
COMMITS = 2
"""How often a purchase by wallet commits."""
SOLD_AT = 2
"""The commit that confirms order and ride."""
DEATHS = [
    pytest.param(Death(commit, after), now, id=f"{Death(commit, after)}-{name}")
    for commit in range(1, COMMITS + 1)
    for after in (False, True)
    for name, now in {"soon": SOON, "late": LATE}.items()
    if after or commit in {1, SOLD_AT}  # before one is after the other, if nothing of it is kept
]
RIDE_OF = {"held": RideState.HELD, "confirmed": RideState.BOOKED, "expired": RideState.EXPIRED}


def test_every_commit_of_a_purchase_is_known(shop: ShuttleShop, database_url: str) -> None:
    wanted = RidePurchase(database_url, shop.rider(), shuttle_offer(), Death())
    assert run(buy_ride, wanted) == COMMITS_EXIT + COMMITS


@pytest.mark.parametrize(("death", "now"), DEATHS)
def test_another_process_goes_on(
    shop: ShuttleShop, database_url: str, death: Death, now: datetime
) -> None:
    rider = shop.rider()
    wanted = RidePurchase(database_url, rider, shuttle_offer(), death)

    assert run(buy_ride, wanted) == -signal.SIGKILL
    assert run(recover_rides, database_url, now, Death()) >= COMMITS_EXIT

    done = death.commit if death.after else death.commit - 1
    orders = shop.orders.list_orders(rider)
    assert len(orders) == min(done, 1)
    shop.check_books()
    if not orders:
        assert shop.plans() == {}
        return
    (ride,) = shop.rides_of(orders[0].id)
    assert ride.state is RIDE_OF[orders[0].state]
    if now is SOON or done >= SOLD_AT:
        assert orders[0].state == ("held" if done == 1 else "confirmed")
        assert shop.plans() == {ride.duty_id: [str(ride.id)] * 2}
    else:
        assert orders[0].state == "expired"
        assert shop.plans() == {}


@pytest.mark.parametrize("after", [False, True])
def test_a_report_of_a_breakdown_is_whole_or_was_not_made(
    shop: ShuttleShop, database_url: str, *, after: bool
) -> None:
    """Riders are re-planned in the transaction that breaks the vehicle."""
    ride = shop.buy(shuttle_offer(departs=NOON + LEG))
    vehicle = VehicleKey(SERVICE, str(ride.duty_id).split("@")[0])
    event = DriverEvent("breakdown")
    assert run(report, database_url, vehicle, event, SOON, Death(1, after)) == -signal.SIGKILL
    now = shop.ride(ride)
    assert shop.plans() == {now.duty_id: [str(ride.id)] * 2}
    assert (now.duty_id != ride.duty_id) is after
    assert (now.told == ["vehicle_changed"]) is after
    assert now.promise == ride.promise
