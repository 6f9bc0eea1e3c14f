"""Making a new cluster, all or nothing: it is built under another name and renamed when complete, so that an interrupted
first start leaves nothing that looks like a database."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from pathlib import Path

from weijian.foundation.embedded_pg.account import Account
from weijian.foundation.embedded_pg.binaries import Binaries
from weijian.foundation.embedded_pg.configuration import MIB, SUPERUSER, Durability
from weijian.foundation.embedded_pg.errors import DatabaseServerError
from weijian.foundation.embedded_pg.layout import Layout
from weijian.foundation.embedded_pg.machine import disk_free
from weijian.foundation.embedded_pg.private_files import private_folder, read_secret, write_private
from weijian.foundation.embedded_pg.roles import ensure_passwords

NEEDED_SPACE = 256 * MIB
BUILTIN_LOCALE_SINCE = 17


def prepare_root(layout: Layout, account: Account) -> None:
    """Make the folder of the server below home. Started by root it stays root's, and the server account may pass
    through it but not list it; folders above are left as they are."""
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
    """Run ``initdb``: checksums on, UTF-8, byte order as collation, passwords for everybody. Needs the start lock."""
    _check_space(layout)
    ensure_passwords(layout)
    new = layout.root / "data.new"
    if new.exists():
        shutil.rmtree(new)
    private_folder(new, account)
    secrets_folder = private_folder(layout.own_socket_folder, account)
    password_name = f"initdb-{secrets.token_hex(8)}"
    write_private(secrets_folder, password_name, (read_secret(layout.admin_password_file) or "") + "\n")
    try:
        command: list[str | Path] = [
            binaries.program("initdb"),
            *("-D", account.folder_argument(new), "-U", SUPERUSER, "--auth=scram-sha-256"),
            f"--pwfile=../{secrets_folder.name}/{password_name}",
            *_locale_options(binaries),
            *("--encoding=UTF8", "--data-checksums", "--no-instructions"),
            *(["--no-sync"] if durability == "off" else []),
        ]
        code, output = account.run(command, new)
    finally:
        (secrets_folder / password_name).unlink(missing_ok=True)
    if code != 0:
        raise _failed(layout, output)
    if durability == "off":
        write_private(layout.root, layout.throw_away_mark.name, "Made without durability, for tests.\n")
    new.rename(layout.data)
    _sync_folder(layout)


def check_version(layout: Layout, binaries: Binaries) -> None:
    """Raises ``database.wrong_version`` when the cluster was made by another major version."""
    major = cluster_version(layout)
    if major != binaries.major:
        raise DatabaseServerError(
            "database.wrong_version",
            f"The data folder is of PostgreSQL {major}, the installed programs are of {binaries.major}.",
            str(layout.data),
            "Take a backup of the folder, then run: weijian database upgrade"
            if major < binaries.major
            else "Install the newer version of this program again; a data folder cannot be taken back.",
        )


def cluster_version(layout: Layout) -> int:
    """The major version written into the data folder."""
    text = (layout.data / "PG_VERSION").read_text().strip()
    try:
        return int(text)
    except ValueError:
        raise DatabaseServerError(
            "database.damaged",
            "The version file of the data folder is unreadable.",
            str(layout.data / "PG_VERSION"),
            "Restore the last backup.",
        ) from None


def check_data_folder(layout: Layout, account: Account) -> None:
    """Raises ``database.unsafe_folder`` for a data folder that others may enter or that the server would refuse."""
    private_folder(layout.data, account)


def _locale_options(binaries: Binaries) -> list[str]:
    if binaries.major >= BUILTIN_LOCALE_SINCE:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C"]


def _check_space(layout: Layout) -> None:
    free = disk_free(layout.home).free
    if free < NEEDED_SPACE:
        raise DatabaseServerError(
            "database.disk_full",
            f"A new database needs {NEEDED_SPACE // MIB} MiB, and only {free // MIB} MiB are free.",
            str(layout.home),
            "Free some space, or choose another folder with WEIJIAN_HOME.",
        )


def _failed(layout: Layout, output: str) -> DatabaseServerError:
    lines = [line for line in output.splitlines() if "error" in line.lower() or "could not" in line]
    return DatabaseServerError(
        "database.not_created",
        f"The database could not be created: {' | '.join(lines[-3:]) or output.strip()[-500:]}",
        str(layout.data),
        "The folder must lie on a local disk with free space that supports owners and modes of files.",
    )


def _sync_folder(layout: Layout) -> None:
    fd = os.open(layout.root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
