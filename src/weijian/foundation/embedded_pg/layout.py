"""Where the embedded server keeps its files below one home folder, and where its socket is. The path of a
Unix socket may hold only about a hundred bytes, so a home with a long path gets a short private socket folder
elsewhere."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PORT = 5432
SOCKET_FILE = f".s.PGSQL.{PORT}"
THROW_AWAY = "weijian-throw-away"
LONGEST_SOCKET_PATH = 103
"""Bytes in ``sockaddr_un.sun_path`` without the closing zero: 107 on Linux, 103 on macOS; the smaller holds
for both."""


@dataclass(frozen=True)
class Layout:
    """The fixed places below ``home``; nothing here touches the disk."""

    home: Path

    @classmethod
    def of(cls, home: str | os.PathLike[str]) -> Layout:
        """The layout below ``home``, resolved once: one place has one name, whatever folder the program is
        in."""
        return cls(Path(os.path.realpath(home)))

    @property
    def root(self) -> Path:
        """Everything of the embedded server; owned by whoever starts it."""
        return self.home / "pg"

    @property
    def data(self) -> Path:
        """The cluster (PGDATA); owned by the account that the server runs as."""
        return self.root / "data"

    @property
    def own_socket_folder(self) -> Path:
        """The socket folder inside home, used whenever its path is short enough."""
        return self.root / "run"

    @property
    def password_file(self) -> Path:
        """Password of the application role."""
        return self.root / "password"

    @property
    def admin_password_file(self) -> Path:
        """Password of the superuser, which the application never uses."""
        return self.root / "admin-password"

    @property
    def start_lock(self) -> Path:
        """Held while somebody starts, stops or restores the server."""
        return self.root / "start.lock"

    @property
    def run_lock(self) -> Path:
        """Held by the server itself, through an inherited descriptor, until its last process is gone."""
        return self.root / "running.lock"

    @property
    def throw_away_mark(self) -> Path:
        """Present when the cluster was made without durability, for tests only."""
        return self.data / THROW_AWAY

    @property
    def start_log(self) -> Path:
        """What the server says before its own log files are open."""
        return self.data / "start.log"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def is_created(self) -> bool:
        """Whether a complete cluster is there (a half-made one never carries this name)."""
        return (self.data / "PG_VERSION").exists()

    def socket_folders(self) -> Iterator[Path]:
        """Folders that may hold the socket, best first; those whose path libpq could not use are left out.

        The temporary folder stands before ``XDG_RUNTIME_DIR`` because the latter vanishes when its user logs
        out, while the server may go on.
        """
        name = "weijian-" + hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        runtime = os.environ.get("XDG_RUNTIME_DIR")
        short = [Path("/tmp"), Path(tempfile.gettempdir()), *([Path(runtime)] if runtime else [])]
        candidates = [
            self.own_socket_folder,
            *(base / name for base in dict.fromkeys(short) if base.is_dir()),
        ]
        for folder in candidates:
            path = os.fsencode(folder / SOCKET_FILE)
            if len(path) <= LONGEST_SOCKET_PATH and b"," not in path:  # libpq splits host at commas
                yield folder
