"""The error that every part of the time package raises for a date or period it cannot accept."""

from __future__ import annotations

from weijian.kernel.errors import WeijianError


class PeriodError(WeijianError):
    """A period code or a period operation that has no meaning; ``code`` starts with ``time.``."""

    exit_code = 2
