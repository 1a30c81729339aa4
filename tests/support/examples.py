"""How many random examples a property gets.

They are new ones on every run, so a run needs few: what one misses the next may find. Set
``KOMMIT_EXAMPLES`` for another share of them: ``KOMMIT_EXAMPLES=10 make test`` looks for long.
"""

import os

from hypothesis import HealthCheck, settings

SHARE = float(os.environ.get("KOMMIT_EXAMPLES", "1"))


def examples(count: int) -> settings:
    """Return settings for so many examples, however long each takes."""
    number = max(3, round(count * SHARE))
    return settings(max_examples=number, deadline=None, suppress_health_check=list(HealthCheck))


many, some = examples(100), examples(40)
