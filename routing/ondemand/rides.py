"""What a ride asks of the fleet: the one place where a service's limits become numbers."""

from routing.ondemand.fleet import BookedRide, Spot
from routing.ondemand.service import Capacity, Limits, OnDemandService


def boarding_s(limits: Limits, party: Capacity) -> int:
    """Return how long a group takes to get on, or off."""
    return limits.boarding_s + limits.wheelchair_s * party.wheelchairs


def longest_ride_s(limits: Limits, drive_s: int) -> int:
    """Return how long a ride takes at most whose direct drive takes ``drive_s``."""
    return int(drive_s * limits.detour_factor) + limits.detour_s


def promised_s(limits: Limits, party: Capacity, drive_s: int) -> int:
    """Return how long after the rider is to be at the pick-up they are there at the latest.

    The pick-up window, boarding, and the longest ride.
    """
    return limits.pickup_window_s + boarding_s(limits, party) + longest_ride_s(limits, drive_s)


def ride_of(
    service: OnDemandService,
    ride_id: str,
    pickup: Spot,
    drop_off: Spot,
    pickup_from: int,
    pickup_until: int,
    drop_off_until: int,
    party: Capacity,
) -> BookedRide:
    """Return a ride as it is promised; the windows bound its time on board as well."""
    boarding = boarding_s(service.limits, party)
    return BookedRide(
        id=ride_id,
        pickup=pickup,
        drop_off=drop_off,
        pickup_from=pickup_from,
        pickup_until=pickup_until,
        drop_off_until=drop_off_until,
        max_ride_s=drop_off_until - pickup_from,
        load=party,
        boarding_s=boarding,
        alighting_s=boarding,
    )
