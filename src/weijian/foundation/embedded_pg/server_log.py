"""The end of the server's own log, for the message about a failed start. The log holds no personal data (see
the logging settings), so its last lines may be shown."""

from __future__ import annotations

import os
from pathlib import Path

from weijian.foundation.embedded_pg.layout import Layout

TAIL_BYTES = 8192
SHOWN_LINES = 6
TELLING = ("FATAL:", "PANIC:", "ERROR:", "could not", "HINT:")


def current_log(layout: Layout) -> Path:
    """The file that the server writes to now; before it opened one, the start log."""
    try:
        kind, _, name = (layout.data / "current_logfiles").read_text().partition(" ")
    except OSError:
        return layout.start_log
    return layout.data / name.strip() if kind == "stderr" and name else layout.start_log


def last_words(layout: Layout) -> str:
    """The lines that explain a failure, else the last lines; one line of text."""
    lines = _tail(layout.start_log) + [line for line in _tail(current_log(layout)) if line]
    telling = [line for line in lines if any(word in line for word in TELLING)]
    return " | ".join((telling or lines)[-SHOWN_LINES:])


def _tail(file: Path) -> list[str]:
    try:
        fd = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return []
    with os.fdopen(fd, "rb") as opened:
        size = os.fstat(opened.fileno()).st_size
        opened.seek(max(0, size - TAIL_BYTES))
        return opened.read().decode("utf-8", "replace").splitlines()
