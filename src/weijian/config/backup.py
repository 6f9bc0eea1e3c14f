"""Backup of a running installation into one folder, and restore into an empty home, each checked by hashes.

A backup appears under its name only when it is complete. Order matters: the exported audit heads are copied before the
database, submissions and lake after it, so that whatever the copied database names is in the copied folders.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from weijian.config.home_folders import (
    AUDIT_FOLDER,
    CONTENT_FOLDERS,
    DEMO_MARK,
    MARK,
    SECRET_KEY,
    refuse_used,
)
from weijian.foundation import embedded_pg
from weijian.foundation.process import home, start
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import SystemClock

FORMAT = 1
DUMP = "database.dump"
KEYS = "keys"
DATA = "data"
CONTENTS = "backup.json"

Report = Callable[[str], None]


@dataclass(frozen=True)
class BackupResult:
    """A finished backup: its folder, number of files, bytes, and how many files it shares with an earlier one."""

    folder: Path
    files: int
    size: int
    shared: int


def back_up(out: Path, report: Report = lambda step: None) -> BackupResult:
    """Back this home up into a new folder below ``out``, while work goes on.

    Raises ``backup.disk`` where there is no room; then nothing is left under ``out``.
    """
    start()
    from django.db import connection

    from weijian.foundation.changes.services import change, last_change_id

    now = SystemClock().now()
    target = out.absolute() / f"weijian-{now:%Y%m%dT%H%M%SZ}"
    earlier = latest_backup(out)
    partial = target.with_name(f".{target.name}.partial")
    info = embedded_pg.connection_info(os.environ, home()).with_database(connection.settings_dict["NAME"])
    try:
        partial.mkdir(parents=True, mode=0o700)
        report("密钥与审计树头")
        _copy_keys(home(), partial / KEYS)
        known = last_change_id()
        report("数据库")
        embedded_pg.dump(info, partial / DUMP)
        report("报送原件与快照")
        shared = sum(_copy_content(home() / name, partial / DATA / name, earlier, name) for name in CONTENT_FOLDERS)
        report("校验值")
        hashes = _hashes(partial)
        meta = {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "version": version("weijian"),
            "last_change_id": known,
        }
        _write(partial / CONTENTS, json.dumps({**meta, "files": hashes}, ensure_ascii=False).encode())
        os.sync()
        partial.rename(target)
    except OSError as problem:
        raise WeijianError("backup.disk", f"备份失败:{problem.strerror}。", str(out), "清理空间或换一个目录") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    with change("备份", source="command", action="backup", detail={"files": len(hashes), "bytes": size}):
        pass
    return BackupResult(target, len(hashes), size, shared)


def restore_into_empty_home(source: Path, report: Report = lambda step: None) -> int:
    """Restore a backup into this empty home and give the number of files; the schema is brought up to date.

    Raises ``backup.broken`` naming files that are missing or changed, ``installation.exists`` where the home is in use,
    ``backup.database`` where ``DATABASE_URL`` names a database that is not empty. Nothing is touched
    before all is checked.
    """
    place = home()
    refuse_used(place)
    report("校验备份")
    contents = check_backup(source)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    report("文件与密钥")
    for name in CONTENT_FOLDERS:
        if (source / DATA / name).exists():
            shutil.copytree(source / DATA / name, place / name)
    for name in (SECRET_KEY, MARK, DEMO_MARK):
        if (source / KEYS / name).exists():
            shutil.copy2(source / KEYS / name, place / name)
    if (source / KEYS / AUDIT_FOLDER).exists():
        shutil.copytree(source / KEYS / AUDIT_FOLDER, place / AUDIT_FOLDER)
    report("数据库")
    info = embedded_pg.ensure_database(os.environ, place)
    _refuse_full_database(info)
    embedded_pg.restore(info, source / DUMP, keep_previous=False)
    start(migrate=True)
    from weijian.foundation.changes.services import change, last_change_id

    if last_change_id() < contents["last_change_id"]:
        raise WeijianError("backup.broken", "恢复的数据库比备份记录的旧。", str(source), "换一份备份")
    with change("恢复备份", source="command", action="restore", detail={"made_at": contents["made_at"]}):
        pass
    return len(contents["files"])


def check_backup(source: Path) -> dict:  # type: ignore[type-arg]
    """Contents of a backup whose every file is there with its hash; raises ``backup.broken`` naming the
    first faults."""
    try:
        contents = json.loads((source / CONTENTS).read_bytes())
        files: dict[str, str] = contents["files"]
    except (OSError, ValueError, KeyError):
        raise WeijianError(
            "backup.broken", "这里没有完整的备份。", str(source), "指明 weijian backup 生成的目录"
        ) from None
    if contents.get("format") != FORMAT:
        raise WeijianError("backup.format", "备份的格式不是本版本的。", str(source), "用生成它的版本恢复,再升级")
    faults = []
    for name, digest in files.items():
        path = source / name
        if not path.is_file():
            faults.append(f"{name} 缺失")
        elif _sha256(path) != digest:
            faults.append(f"{name} 已改变")
    if faults:
        raise WeijianError("backup.broken", ";".join(faults[:5]), str(source), "换一份备份")
    return contents  # type: ignore[no-any-return]


def latest_backup(out: Path) -> Path | None:
    """The newest complete backup below ``out``."""
    found = sorted(path for path in out.glob("weijian-*Z") if (path / CONTENTS).exists()) if out.exists() else []
    return found[-1] if found else None


def _copy_keys(place: Path, target: Path) -> None:
    target.mkdir(mode=0o700)
    for name in (SECRET_KEY, MARK, DEMO_MARK):
        if (place / name).exists():
            shutil.copy2(place / name, target / name)
    if (place / AUDIT_FOLDER).exists():
        shutil.copytree(place / AUDIT_FOLDER, target / AUDIT_FOLDER)


def _copy_content(source: Path, target: Path, earlier: Path | None, name: str) -> int:
    """Copy files named by their hash; those of the earlier backup are shared with it. Returns how many were shared."""
    shared = 0
    for path in sorted(source.rglob("*")) if source.exists() else []:
        if not path.is_file() or path.name.startswith("."):
            continue
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        old = earlier / DATA / name / path.relative_to(source) if earlier else None
        if old is not None and old.is_file() and old.stat().st_size == path.stat().st_size:
            try:
                os.link(old, place)
                shared += 1
                continue
            except OSError:
                pass  # a file system without hard links: copy
        shutil.copy2(path, place)
    return shared


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): _sha256(path) for path in files}


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _refuse_full_database(info: embedded_pg.ConnectionInfo) -> None:
    import psycopg

    with psycopg.connect(info.as_libpq_dsn()) as session:
        found = session.execute("SELECT to_regclass('django_migrations') IS NOT NULL").fetchone()
    if found and found[0]:
        raise WeijianError("backup.database", "数据库不是空的。", info.dbname, "在 DATABASE_URL 中写一个空数据库")
