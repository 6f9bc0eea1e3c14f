"""Memory, processors and free space that this process may really use: a container's limits count, not the
size of the machine around it, because a server sized for the machine would be killed inside the container."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

MEMORY_LIMIT_FILES = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
PROCESSOR_LIMIT_FILE = Path("/sys/fs/cgroup/cpu.max")


@dataclass(frozen=True)
class Machine:
    """What the server may use; sizes in bytes."""

    memory: int
    cores: int
    disk_free: int
    shared_memory_free: int
    """Free space of ``/dev/shm`` (64 MiB in a plain container), 0 where there is none."""
    syncs_at_once: bool = False
    """The kernel flushes a whole file system in one call and reports errors of it (Linux 5.8)."""


@dataclass(frozen=True)
class DiskSpace:
    """Space of the file system that holds a folder, in bytes; ``free`` is what an ordinary account may still
    use."""

    total: int
    used: int
    free: int


def disk_free(home: str | os.PathLike[str]) -> DiskSpace:
    """Space left where ``home`` is or would be made."""
    place = Path(os.path.abspath(home))
    while not place.exists():
        place = place.parent
    return DiskSpace(*shutil.disk_usage(place))


def this_machine(home: str | os.PathLike[str]) -> Machine:
    """Measure the machine, within the limits of the container around this process."""
    shared = Path("/dev/shm")
    return Machine(
        memory=min([psutil.virtual_memory().total, *_memory_limits()]),
        cores=_cores(),
        disk_free=disk_free(home).free,
        shared_memory_free=shutil.disk_usage(shared).free if shared.is_dir() else 0,
        syncs_at_once=_syncs_at_once(),
    )


def _syncs_at_once() -> bool:
    version = re.match(r"(\d+)\.(\d+)", platform.release())
    return sys.platform == "linux" and version is not None and (int(version[1]), int(version[2])) >= (5, 8)


def _memory_limits() -> list[int]:
    found = []
    for file in MEMORY_LIMIT_FILES:
        text = file.read_text().strip() if file.is_file() else ""
        if text.isdigit() and int(text) > 0:  # "max" stands for no limit
            found.append(int(text))
    return found


def _cores() -> int:
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if PROCESSOR_LIMIT_FILE.is_file():
        quota, _, period = PROCESSOR_LIMIT_FILE.read_text().strip().partition(" ")
        if quota.isdigit() and period.isdigit() and int(period) > 0:
            allowed = min(allowed, -(-int(quota) // int(period)))
    return max(1, allowed)
