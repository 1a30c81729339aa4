"""Orders and their rides as streams tell of them: the same JSON as ``GET`` answers."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from booking.domain.shuttles import PLANNED
from booking.service.event_repositories import OrderNews
from booking.service.orders import Orders
from booking.service.shuttles import Shuttles
from kommit.api.network import Network
from kommit.api.sales import order_json
from kommit.api.schemas.shuttles import Rides
from kommit.api.shuttles import ride_json
from kommit.api.streams import OrderTold, RidesTold


@dataclass(frozen=True)
class ServicesVoice:
    """See ``kommit.api.streams.Voice``."""

    orders: Orders
    shuttles: Shuttles
    network: Callable[[], Network]

    def order(self, order_id: UUID, rider_id: UUID) -> OrderTold:
        """Return an order, or raise ``OrderNotFound``."""
        order = self.orders.get(order_id, rider_id)
        data = order_json(order, self.network()).model_dump_json()
        return OrderTold(data, order.version, order.is_live)

    def rides(self, order_id: UUID, rider_id: UUID) -> RidesTold:
        """Return the rides on demand of an order."""
        network = self.network()
        views = self.shuttles.rides(order_id, rider_id)
        rides = Rides(rides=[ride_json(view, network) for view in views])
        is_planned = any(view.ride.state in PLANNED for view in views)
        return RidesTold(rides.model_dump_json(), is_planned)

    def news(self, order: OrderNews) -> str:
        """Return how an order stands, in short."""
        content = {"id": str(order.id), "state": order.state, "version": order.version}
        return json.dumps(content, separators=(",", ":"))
