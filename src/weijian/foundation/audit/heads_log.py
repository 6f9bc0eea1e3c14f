"""The signed heads outside the database, one JSON line each: whoever can rewrite the tables still cannot
unsay these."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from weijian.foundation.audit import keys
from weijian.foundation.audit.models import TreeHead
from weijian.foundation.audit.statements import canonical, statement_of


def path() -> Path:
    """The log of this home; copy it to another machine now and then."""
    return keys.folder() / "heads.log"


def line_of(head: TreeHead) -> bytes:
    """A head as its line: the statement and its signature."""
    return canonical({**statement_of(head), "signature": head.signature})


def append(heads: Iterable[TreeHead]) -> None:
    """Add heads at the end, durable when it returns."""
    lines = b"".join(line_of(head) + b"\n" for head in heads)
    if not lines:
        return
    path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if _ends_in_half_a_line():
        lines = b"\n" + lines
    descriptor = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, lines)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(file: Path | None = None) -> list[dict[str, Any]]:
    """All statements with their signatures in the order written; a line cut off by a crash is left out."""
    source = file or path()
    if not source.exists():
        return []
    found = []
    for line in source.read_bytes().split(b"\n"):
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict) and isinstance(value.get("number"), int):
            found.append(value)
    return found


def last_number() -> int:
    """Number of the newest head in the log, 0 where there is none."""
    return max((one["number"] for one in read()), default=0)


def _ends_in_half_a_line() -> bool:
    if not path().exists() or path().stat().st_size == 0:
        return False
    with path().open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) != b"\n"
