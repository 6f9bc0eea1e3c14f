"""Which operating-system account the server runs as. PostgreSQL refuses to run as root, and should: started
by root it runs as an unprivileged account, and reaches its files through its working directory, so that a
home below a folder that this account may not enter (such as root's own) works without a change to that
folder."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from weijian.foundation.embedded_pg.errors import DatabaseServerError

ACCOUNT_VARIABLE = "WEIJIAN_DB_ACCOUNT"
PREFERRED_ACCOUNTS = ("weijian", "postgres", "nobody")
WORKING_DIRECTORY = "/proc/self/cwd"
"""Names the current folder without walking down to it, hence without the right to enter its parents
(Linux)."""


@dataclass(frozen=True)
class Account:
    """An account that runs server programs; ``demoted`` when it differs from the account of this process."""

    name: str
    uid: int
    gid: int
    demoted: bool

    def folder_argument(self, folder: Path) -> str:
        """How to name ``folder`` to a program whose working directory it is.

        Also without demotion: ``pg_ctl`` hands the name to a shell, which no character of a path can upset
        this way.
        """
        return WORKING_DIRECTORY if os.path.isdir(WORKING_DIRECTORY) else str(folder)

    def popen(
        self,
        command: Sequence[str | Path],
        folder: Path,
        keep: Sequence[int] = (),
        stdin: int = subprocess.DEVNULL,
    ) -> subprocess.Popen[bytes]:
        """Start a program as this account in ``folder``, detached from the terminal, with a clean
        environment.

        Output of both kinds goes to one pipe. The folder is entered before rights are given up. Descriptors
        in ``keep`` stay open in the program.
        """
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=program_environment(),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
            pass_fds=tuple(keep),
            user=self.uid if self.demoted else None,
            group=self.gid if self.demoted else None,
            extra_groups=[] if self.demoted else None,
        )

    def run(self, command: Sequence[str | Path], folder: Path, text: str = "") -> tuple[int, str]:
        """Run a program to its end as :meth:`popen` does, with ``text`` as its input; its exit code and its
        output."""
        with self.popen(command, folder, stdin=subprocess.PIPE) as process:
            output, _ = process.communicate(text.encode())
        return process.returncode, output.decode("utf-8", "replace")


def program_environment() -> dict[str, str]:
    """Environment of the server programs: nothing of the caller's ``PG*`` variables, untranslated
    messages."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def server_account(data: Path, wanted: str | None = None) -> Account:
    """The account for the cluster in ``data``: this process's own, or an unprivileged one when this process
    is root.

    Root takes, in this order: the owner of an existing cluster, the account named by ``wanted`` or the
    environment variable ``WEIJIAN_DB_ACCOUNT``, the first of *weijian*, *postgres*, *nobody* that exists.
    """
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        return _own_account(data, owner)
    if owner:
        return _by_uid(owner, data)
    name = wanted or os.environ.get(ACCOUNT_VARIABLE)
    for candidate in [name] if name else PREFERRED_ACCOUNTS:
        try:
            entry = pwd.getpwnam(candidate)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, demoted=True)
    raise DatabaseServerError(
        "database.no_account",
        "PostgreSQL does not run as root, and no unprivileged account was found for it.",
        name or ", ".join(PREFERRED_ACCOUNTS),
        f"Create one (useradd --system weijian) or name one in {ACCOUNT_VARIABLE}.",
    )


def _own_account(data: Path, owner: int | None) -> Account:
    if owner is not None and owner != os.geteuid():
        raise DatabaseServerError(
            "database.wrong_owner",
            "The data folder belongs to another account than the one that runs this program.",
            str(data),
            "Run the program as the account that made the installation.",
        )
    return _by_uid(os.geteuid(), data)


def _by_uid(uid: int, data: Path) -> Account:
    """A cluster may outlive the name of its account; the number is enough for an existing one."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        gid = data.stat().st_gid if data.exists() else os.getegid()
        return Account(str(uid), uid, gid, demoted=uid != os.geteuid())
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, demoted=uid != os.geteuid())
