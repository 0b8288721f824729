"""Slack's rate limits: so many calls a minute for each method, and a message a second for each channel."""

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """So many calls a minute, with a burst that may come at once."""

    per_minute: float
    burst: int


TIER_1 = Rate(1, 10)
TIER_2 = Rate(20, 20)
TIER_3 = Rate(50, 50)
TIER_4 = Rate(100, 100)
MESSAGES_PER_CHANNEL = Rate(60, 5)
SPECIAL = Rate(600, 600)
"""Slack publishes tiers as "20+ per minute" and tolerates short bursts of a size it does not name; a minute's worth
at once (ten for tier 1, five messages a channel) is the sandbox's own reading. SPECIAL stands for the methods whose
limit Slack only calls special: hundreds a minute."""


class RateLimits:
    """A bucket of permitted calls for each key, refilled by the clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, key: str, rate: Rate) -> int:
        """Counts a call. Returns 0, or the whole seconds to wait when it is one too many."""
        now = self._clock()
        left, since = self._buckets.get(key, (float(rate.burst), now))
        left = min(float(rate.burst), left + max(0.0, now - since) * rate.per_minute / 60)
        if left >= 1:
            self._buckets[key] = (left - 1, now)
            return 0
        self._buckets[key] = (left, now)
        return max(1, math.ceil((1 - left) * 60 / rate.per_minute))
