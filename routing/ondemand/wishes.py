"""What a rider wants of on-demand services."""

from dataclasses import dataclass
from typing import Final

from routing.ondemand.service import Capacity

ONE_RIDER: Final = Capacity(1)


@dataclass(frozen=True, slots=True)
class ShuttleWishes:
    """Whether shuttles are taken, and who travels."""

    wanted: bool = True
    party: Capacity = ONE_RIDER
    """Places that the group needs in every shuttle."""
    only_services: frozenset[str] | None = None
    banned_services: frozenset[str] = frozenset()

    def takes(self, service_id: str) -> bool:
        """Say whether a service is taken."""
        return (
            self.wanted
            and (self.only_services is None or service_id in self.only_services)
            and service_id not in self.banned_services
        )


ANY_SHUTTLE: Final = ShuttleWishes()
