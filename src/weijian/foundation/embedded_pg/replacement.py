"""Putting a new data folder in the place of the old one, after an upgrade or from a backup. Two renames
cannot be one step, so a note is written first: whatever is interrupted is finished at the next start, and
never looks like no data."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

from weijian.foundation.embedded_pg.layout import Layout
from weijian.foundation.embedded_pg.private_files import sync_folder, write_private

NOTE = "replacement.json"


def replace_data(layout: Layout, new: Path, kept: str) -> Path:
    """Move ``new`` (below the server's folder) to the data folder, and the present one to ``kept`` beside it.

    The server must be stopped and the start lock held. Returns where the old data are (absent if there were
    none).
    """
    write_private(layout.root, NOTE, json.dumps({"new": str(new.relative_to(layout.root)), "kept": kept}))
    finish_replacement(layout)
    return layout.root / kept


def unused_name(layout: Layout, name: str) -> str:
    """``name``, or with the first number from 2 that makes it a name that nothing beside the data folder
    has."""
    numbered = (f"{name}-{number}" for number in itertools.count(2))
    return next(candidate for candidate in itertools.chain([name], numbered) if not (layout.root / candidate).exists())


def finish_replacement(layout: Layout) -> None:
    """Do what is left to do of an interrupted replacement; nothing when there is none. Needs the start
    lock."""
    note = layout.root / NOTE
    if not note.exists():
        return
    plan = json.loads(note.read_text())
    new, kept = layout.root / plan["new"], layout.root / plan["kept"]
    if new.exists():
        if layout.data.exists():
            layout.data.rename(kept)
            sync_folder(layout.root)
        new.rename(layout.data)
        sync_folder(layout.root)
    note.unlink()
    sync_folder(layout.root)
