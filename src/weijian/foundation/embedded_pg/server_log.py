"""The end of the server's own log, for the message about a failed start. The log holds no personal data (see
the logging settings), so its last lines may be shown."""

from __future__ import annotations

import os
import re
from pathlib import Path

from weijian.foundation.embedded_pg.account import WORKING_DIRECTORY
from weijian.foundation.embedded_pg.layout import Layout

TAIL_BYTES = 8192
SHOWN_LINES = 6
SERIOUS = ("FATAL:", "PANIC:", "ERROR:", "HINT:")
START = "LOG:  starting PostgreSQL"
LINE_HEAD = re.compile(r"^\d{4}-\d\d-\d\d [\d:.]+ \S+ \[\d+\] ")


def current_log(layout: Layout) -> Path:
    """The file that the server writes to now; before it opened one, the start log."""
    try:
        kind, _, name = (layout.data / "current_logfiles").read_text().partition(" ")
    except OSError:
        return layout.start_log
    return layout.data / name.strip() if kind == "stderr" and name else layout.start_log


def last_words(layout: Layout) -> str:
    """What the server said before it gave up, as one line: all of the start log, which is short, and from the
    log file that it opened later, if it did, the serious lines."""
    lines = _tail(layout.start_log)
    if current_log(layout) != layout.start_log:
        later = _tail(current_log(layout))
        began = max((number for number, line in enumerate(later) if START in line), default=0)
        lines += [line for line in later[began:] if any(word in line for word in SERIOUS)]
    text = " | ".join(LINE_HEAD.sub("", line) for line in lines[-SHOWN_LINES:])
    return text.replace(WORKING_DIRECTORY, str(layout.data))


def _tail(file: Path) -> list[str]:
    try:
        fd = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return []
    with os.fdopen(fd, "rb") as opened:
        size = os.fstat(opened.fileno()).st_size
        opened.seek(max(0, size - TAIL_BYTES))
        return opened.read().decode("utf-8", "replace").splitlines()
