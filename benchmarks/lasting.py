"""How long an act lasts, by the clock and of processor time, its child processes included."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from typing import NamedTuple


class Lasted(NamedTuple):
    """How long an act took: by the clock, and of processor time, its child processes included."""

    wall: float
    processor: float


def seconds(act: Callable[[], object]) -> Lasted:
    """How long this lasts."""
    gc.collect()
    wall, processor = time.perf_counter(), sum(os.times()[:4])
    act()
    return Lasted(time.perf_counter() - wall, sum(os.times()[:4]) - processor)
