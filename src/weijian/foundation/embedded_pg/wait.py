"""One deadline and one progress callback shared by all steps of a start, which may last minutes after a
crash."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from weijian.foundation.embedded_pg.errors import DatabaseServerError

Phase = Literal["creating", "recovering", "starting", "ready", "saving", "restoring"]
Progress = Callable[[Phase, float], None]
"""Called about every second with the phase and the seconds since the work began."""

PAUSE = 0.05


class Wait:
    """Counts the time of one operation and tells about it."""

    def __init__(self, timeout: float, progress: Progress | None = None) -> None:
        self.timeout = timeout
        self._began = time.monotonic()
        self._progress = progress
        self._told: tuple[Phase, int] | None = None

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._began

    @property
    def remaining(self) -> float:
        return max(0.0, self.timeout - self.elapsed)

    def again(self) -> Wait:
        """The same time once more, counted from now, for the next step of a longer operation."""
        return Wait(self.timeout, self._progress)

    def tell(self, phase: Phase) -> None:
        """Report the phase, once for each second of it."""
        now = (phase, int(self.elapsed))
        if self._progress is not None and now != self._told:
            self._told = now
            self._progress(phase, self.elapsed)

    def pause(self, phase: Phase, where: str) -> None:
        """Sleep a moment; raises ``database.start_timeout`` when the time is over."""
        self.tell(phase)
        if not self.remaining:
            raise DatabaseServerError(
                "database.start_timeout",
                f"The database did not become ready within {self.timeout:.0f} s (it was {phase}).",
                where,
                "It may still be replaying its log: try again, or look into its log file.",
            )
        time.sleep(PAUSE)
