"""PostgreSQL's own client programs, run against any server. They come from the wheel; only for a server that
demands TLS, which the wheel's programs lack, the machine's own are taken."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Sequence
from pathlib import Path

from psycopg.conninfo import make_conninfo

from weijian.foundation.embedded_pg.account import program_environment
from weijian.foundation.embedded_pg.binaries import find_binaries
from weijian.foundation.embedded_pg.connection import ConnectionInfo
from weijian.foundation.embedded_pg.errors import DatabaseServerError, disk_full

TLS_MODES = frozenset({"require", "verify-ca", "verify-full"})
VALUE_LINES = ("DETAIL:", "CONTEXT:", "QUERY:", "STATEMENT:", "Command was:", "LINE ")
"""Lines of a program's messages that may quote rows, hence persons: they are never shown."""
TELLING = ("error:", "ERROR:", "FATAL:", "could not")
QUOTED_INPUT = re.compile(r"(invalid input[^:]*:).*")


def client_program(name: str, info: ConnectionInfo) -> Path:
    """The program to use against this server; raises ``database.no_client``."""
    if info.options.get("sslmode") not in TLS_MODES:
        return find_binaries().program(name)
    found = shutil.which(name)
    if found is None:
        raise DatabaseServerError(
            "database.no_client",
            f"The server demands TLS, and the machine has no {name} that can do it.",
            f"{info.host}:{info.port}",
            "Install the PostgreSQL client programs (Debian: postgresql-client).",
        )
    return Path(found)


def connection_argument(info: ConnectionInfo) -> str:
    """The connection without its password, which goes through the environment: other accounts can read
    arguments."""
    return make_conninfo(**{key: value for key, value in info.parameters().items() if key != "password"})


def run_client(name: str, info: ConnectionInfo, arguments: Sequence[str]) -> str:
    """Run a client program against the server of ``info`` to its end; what it printed. Errors as
    `run_program`."""
    where = f"--dbname={connection_argument(info)}"
    return run_program(client_program(name, info), [where, "--no-password", *arguments], info.password)


def run_program(program: Path, arguments: Sequence[str], password: str = "") -> str:
    """Run a program to its end; what it printed.

    Raises ``database.client_failed`` with the first lines of its message that quote no data, or
    ``database.disk_full``.
    """
    done = subprocess.run(
        [str(program), *arguments],
        env=_environment(password),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        umask=0o077,
    )
    if done.returncode != 0:
        raise _failed(program.name, done.stderr)
    return done.stdout.decode("utf-8", "replace")


def run_script(info: ConnectionInfo, script: Generator[bytes, None, None]) -> None:
    """Feed SQL to ``psql`` against the server of ``info``, up to its first error. Errors as `run_program`.

    An exception inside ``script`` ends the program and is passed on: what it did until then stays done.
    """
    where = f"--dbname={connection_argument(info)}"
    options = ["--no-password", "--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1", "--file=-"]
    command = [str(client_program("psql", info)), where, *options]
    with tempfile.TemporaryFile() as messages:
        program = subprocess.Popen(
            command, env=_environment(info.password), stdin=subprocess.PIPE, stdout=messages, stderr=messages
        )
        with program, contextlib.closing(script), contextlib.suppress(BrokenPipeError):
            assert program.stdin is not None
            program.stdin.writelines(script)  # a broken pipe means that it ended early: its exit code tells
            program.stdin.close()
        if program.returncode != 0:
            messages.seek(0)
            raise _failed("psql", messages.read())


def _environment(password: str) -> dict[str, str]:
    environment = program_environment()
    if password:
        environment["PGPASSWORD"] = password
    elif "HOME" in os.environ:
        environment["HOME"] = os.environ["HOME"]  # libpq looks for ~/.pgpass
    return environment


def _failed(name: str, output: bytes) -> DatabaseServerError:
    text = output.decode("utf-8", "replace")
    if "No space left on device" in text:
        return disk_full(name)
    lines = [line.strip() for line in text.splitlines() if any(mark in line for mark in TELLING)]
    shown = [QUOTED_INPUT.sub(r"\1 …", line) for line in lines if not any(mark in line for mark in VALUE_LINES)]
    return DatabaseServerError(
        "database.client_failed",
        f"{name} failed: {' | '.join(shown[:3]) or 'without a message'}",
        name,
        "Mend what the message names and try again; the database is unchanged.",
    )
