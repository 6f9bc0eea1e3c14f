"""Making a new cluster, all or nothing: it is built under another name and renamed when complete, so that an
interrupted first start leaves nothing that looks like a database."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from pathlib import Path

from weijian.foundation.embedded_pg.account import Account
from weijian.foundation.embedded_pg.binaries import Binaries
from weijian.foundation.embedded_pg.configuration import MIB, SUPERUSER, Durability
from weijian.foundation.embedded_pg.errors import DatabaseServerError, disk_full
from weijian.foundation.embedded_pg.layout import THROW_AWAY, Layout
from weijian.foundation.embedded_pg.machine import disk_free
from weijian.foundation.embedded_pg.private_files import private_folder, sync_folder, write_private
from weijian.foundation.embedded_pg.roles import ensure_password

NEEDED_SPACE = 256 * MIB
BUILTIN_LOCALE_SINCE = 17


def prepare_root(layout: Layout, account: Account) -> None:
    """Make the folder of the server below home. Started by root it stays root's, and the server account may
    pass through it but not list it; folders above are left as they are."""
    layout.home.mkdir(parents=True, exist_ok=True)
    try:
        layout.root.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        layout.root.chmod(0o711 if account.demoted else 0o700)
    found = os.lstat(layout.root)
    trusted = {os.geteuid(), account.uid}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in trusted or found.st_mode & 0o022:
        raise DatabaseServerError(
            "database.unsafe_folder",
            "The database folder must be a real folder that no other account owns or may write to.",
            str(layout.root),
            "Run the program as the account that made the installation, and: chmod go-w on this folder.",
        )


def create_cluster(layout: Layout, account: Account, binaries: Binaries, durability: Durability) -> None:
    """Run ``initdb``: checksums on, UTF-8, byte order as collation, passwords for everybody. Needs the start
    lock."""
    if disk_free(layout.home).free < NEEDED_SPACE:
        raise disk_full(layout.home)
    new = new_data_folder(layout, account)
    password = ensure_password(layout.admin_password_file)
    exchange = private_folder(layout.own_socket_folder, account)
    name = f"initdb-{secrets.token_hex(8)}"
    write_private(exchange, name, password + "\n")
    try:
        command: list[str | Path] = [
            binaries.program("initdb"),
            *("-D", account.folder_argument(new), "-U", SUPERUSER, "--auth=scram-sha-256"),
            f"--pwfile=../{exchange.name}/{name}",
            *_locale_options(binaries),
            *("--encoding=UTF8", "--data-checksums", "--no-instructions"),
            *(["--no-sync"] if durability == "off" else []),
        ]
        code, output = account.run(command, new)
    finally:
        (exchange / name).unlink(missing_ok=True)
    if code != 0:
        raise _failed(layout, output)
    if durability == "off":
        write_private(new, THROW_AWAY, "Made without durability, for tests.\n")
    new.rename(layout.data)
    sync_folder(layout.root)


def new_data_folder(layout: Layout, account: Account) -> Path:
    """An empty folder beside the data folder; what an interrupted attempt left there is removed."""
    new = layout.root / "data.new"
    if new.exists():
        shutil.rmtree(new)
    return private_folder(new, account)


def check_version(layout: Layout, binaries: Binaries) -> None:
    """Raises ``database.wrong_version`` when the cluster was made by another major version."""
    major = cluster_version(layout.data)
    if major != binaries.major:
        raise DatabaseServerError(
            "database.wrong_version",
            f"The data folder is of PostgreSQL {major}, the installed programs are of {binaries.major}.",
            str(layout.data),
            "Take a copy of the folder, then run: weijian upgrade"
            if major < binaries.major
            else "Install the newer version of this program again; a data folder cannot be taken back.",
        )


def cluster_version(data: Path) -> int:
    """The major version written into a data folder. Raises ``database.damaged``."""
    try:
        return int((data / "PG_VERSION").read_text().strip())
    except (FileNotFoundError, ValueError):
        raise DatabaseServerError(
            "database.damaged",
            "The version file of the data folder is missing or unreadable.",
            str(data / "PG_VERSION"),
            "Restore the last backup.",
        ) from None


def _locale_options(binaries: Binaries) -> list[str]:
    if binaries.major >= BUILTIN_LOCALE_SINCE:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C"]


def _failed(layout: Layout, output: str) -> DatabaseServerError:
    if "No space left on device" in output:
        return disk_full(layout.home)
    if "could not look up effective user ID" in output:
        return DatabaseServerError(
            "database.nameless_account",
            f"The account with number {os.geteuid()} has no name, and initdb needs one.",
            "/etc/passwd",
            "Give the account an entry in /etc/passwd, or start the container as root.",
        )
    lines = [line for line in output.splitlines() if "error:" in line or "could not" in line]
    return DatabaseServerError(
        "database.not_created",
        f"The database could not be created: {' | '.join(lines[-3:]) or output.strip()[-500:]}",
        str(layout.data),
        "The folder must lie on a local disk that supports owners and modes of files.",
    )
