"""Files and folders that hold secrets, or that lie where an account with fewer rights may write: made with
their final mode, never through a link that somebody else put there, and replaced in one step."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from weijian.foundation.embedded_pg.account import Account
from weijian.foundation.embedded_pg.errors import DatabaseServerError


def write_private(folder: Path, name: str, text: str) -> None:
    """Write ``folder/name`` with mode 0600 in one step (temporary file, fsync, rename), for the owner of the
    folder."""
    folder_fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    temporary = f".{name}.{secrets.token_hex(4)}"
    try:
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder_fd)
        try:
            with os.fdopen(fd, "w", encoding="utf-8") as file:
                _give_to_owner_of(folder_fd, file.fileno())
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.rename(temporary, name, src_dir_fd=folder_fd, dst_dir_fd=folder_fd)
        except BaseException:
            os.unlink(temporary, dir_fd=folder_fd)
            raise
        os.fsync(folder_fd)
    finally:
        os.close(folder_fd)


def open_private(file: Path) -> int:
    """Open ``file`` for reading and writing, made with mode 0600 for the owner of its folder if it is new."""
    folder_fd = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fd = os.open(file.name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600, dir_fd=folder_fd)
        _give_to_owner_of(folder_fd, fd)
        return fd
    finally:
        os.close(folder_fd)


def read_secret(file: Path) -> str | None:
    """The first line of a secret file; ``None`` when it is not there. Refuses a file that others may read."""
    try:
        fd = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    with os.fdopen(fd, encoding="utf-8") as opened:
        if stat.S_IMODE(os.fstat(opened.fileno()).st_mode) & 0o077:
            raise DatabaseServerError(
                "database.open_secret",
                "A password file may be read by other accounts.",
                str(file),
                f"chmod 600 {file}, then change the password: delete the file and start again.",
            )
        return opened.readline().rstrip("\n") or None


def private_folder(folder: Path, owner: Account, mode: int = 0o700) -> Path:
    """Make ``folder`` for ``owner`` with ``mode``, or check that an existing one is so; its parents stay as
    they are.

    Raises ``database.unsafe_folder`` for a link, for another owner and for a mode that lets others in.
    """
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        pass
    else:
        _give(folder, owner, mode)
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.uid or stat.S_IMODE(found.st_mode) & ~mode:
        raise DatabaseServerError(
            "database.unsafe_folder",
            f"The folder must be a real folder of account {owner.name} with mode {mode:04o}.",
            str(folder),
            f"Look who changed it; then: chown -R {owner.name} {folder} && chmod {mode:o} {folder}",
        )
    return folder


def sync_folder(folder: Path) -> None:
    """Make renames inside ``folder`` survive a power cut."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _give(folder: Path, owner: Account, mode: int) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if owner.demoted:
            os.fchown(fd, owner.uid, owner.gid)
        os.fchmod(fd, mode)
    finally:
        os.close(fd)


def _give_to_owner_of(folder_fd: int, fd: int) -> None:
    """Root working in another account's folder leaves files that this account can use afterwards."""
    owner = os.fstat(folder_fd)
    if os.geteuid() == 0 and os.fstat(fd).st_uid != owner.st_uid:
        os.fchown(fd, owner.st_uid, owner.st_gid)
