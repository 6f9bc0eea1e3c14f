"""Keeps every submitted file byte for byte under its hash, durable before anything about it is acknowledged."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from weijian.engines.intake.files import sha256_of
from weijian.kernel.errors import WeijianError

#: From this many files on, one flush of the whole system is cheaper than one for each file.
MANY = 8


def kept_path(sha256: str) -> Path:
    """Where a file of that hash is kept."""
    return Path(settings.HOME) / "submissions" / sha256[:2] / sha256


def keep(path: Path, sha256: str) -> Path:
    """Store a copy under its hash; the same bytes are stored once. Durable only after :func:`make_durable`.

    Raises WeijianError ``intake.disk`` where there is no room.
    """
    target = kept_path(sha256)
    if target.exists() and target.stat().st_size == path.stat().st_size and sha256_of(target) == sha256:
        return target
    temporary = target.parent / f".{sha256}.{os.getpid()}.part"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, temporary)
        os.replace(temporary, target)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        raise _no_room(problem, path.name) from None
    return target


def make_durable(paths: Sequence[Path]) -> None:
    """Return when the kept files and their folder entries are on disk."""
    if len(paths) >= MANY:
        os.sync()
        return
    try:
        for path in {*paths, *(path.parent for path in paths)}:
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
    except OSError as problem:
        raise _no_room(problem, "") from None


def _no_room(problem: OSError, name: str) -> WeijianError:
    return WeijianError("intake.disk", f"保存文件失败:{problem.strerror}。", name, "清理磁盘空间后重新报送")
