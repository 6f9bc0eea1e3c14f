"""Checking a backup folder against the manifest that PostgreSQL wrote with it: every file there, of its size
and checksum, none besides, and the log needed to make it consistent unbroken. PostgreSQL's
``pg_verifybackup`` does the same; the one in the wheel crashes at start, so the published manifest format
(PostgreSQL manual, “Backup Manifest Format”) is read here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from weijian.foundation.embedded_pg.binaries import find_binaries
from weijian.foundation.embedded_pg.clients import run_program
from weijian.foundation.embedded_pg.errors import DatabaseServerError

MANIFEST = "backup_manifest"
CHECKSUMS = "SHA256"
UNLISTED = frozenset({MANIFEST, "postgresql.auto.conf", "standby.signal", "recovery.signal"})
SEAL = b'"Manifest-Checksum"'
SHOWN_FAULTS = 3


def check_folder_backup(folder: Path) -> None:
    """Read the whole backup ``folder`` and compare; raises ``database.bad_backup`` naming the first
    faults."""
    try:
        manifest = _read(folder)
        faults = list(_faults(folder, manifest))
        if not faults:
            _check_log(folder, manifest)
    except (OSError, ValueError, KeyError) as error:
        faults = [f"the manifest cannot be read ({type(error).__name__})"]
    except DatabaseServerError as error:
        faults = [error.what]
    if faults:
        raise DatabaseServerError(
            "database.bad_backup",
            f"The backup folder is not complete and unchanged: {'; '.join(faults[:SHOWN_FAULTS])}.",
            str(folder),
            "Restore another backup.",
        )


def _read(folder: Path) -> dict[str, Any]:
    """The manifest, whose last line seals the lines before it."""
    raw = (folder / MANIFEST).read_bytes()
    manifest: dict[str, Any] = json.loads(raw)
    sealed = raw[: raw.rindex(SEAL)]
    if hashlib.sha256(sealed).hexdigest() != manifest["Manifest-Checksum"]:
        raise ValueError("changed")
    return manifest


def _faults(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    listed = {_name(entry): entry for entry in manifest["Files"]}
    for name, entry in listed.items():
        if name not in UNLISTED:
            yield from _fault(folder, name, entry)
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if path.is_file() and name not in listed and name not in UNLISTED and not name.startswith("pg_wal/"):
            yield f"{name} does not belong to it"


def _name(entry: dict[str, Any]) -> str:
    encoded = entry.get("Encoded-Path")
    return bytes.fromhex(encoded).decode("utf-8", "surrogateescape") if encoded else str(entry["Path"])


def _fault(folder: Path, name: str, entry: dict[str, Any]) -> Iterator[str]:
    path = folder / name
    if not path.is_file():
        yield f"{name} is missing"
    elif path.stat().st_size != entry["Size"]:
        yield f"{name} has another size"
    elif entry.get("Checksum-Algorithm") != CHECKSUMS:
        yield f"{name} has no {CHECKSUMS} checksum"
    else:
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != entry["Checksum"]:
                yield f"{name} was changed"


def _check_log(folder: Path, manifest: dict[str, Any]) -> None:
    """Read the log from the backup's start to its end, as a restore will."""
    for part in manifest["WAL-Ranges"]:
        bounds = [f"--timeline={part['Timeline']}", f"--start={part['Start-LSN']}", f"--end={part['End-LSN']}"]
        run_program(find_binaries().program("pg_waldump"), ["--quiet", f"--path={folder / 'pg_wal'}", *bounds])
