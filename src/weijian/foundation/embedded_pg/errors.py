"""Errors of the database server, worded for the person who runs the installation: all carry a code
``database.*``, the place, and what to do next, so that a failed start is never a bare traceback."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator

from weijian.kernel.errors import WeijianError


class DatabaseServerError(WeijianError):
    """The database server cannot be created, started, reached, stopped, saved or restored."""

    exit_code = 3


def disk_full(where: str | os.PathLike[str]) -> DatabaseServerError:
    """The one wording for a full disk."""
    return DatabaseServerError(
        "database.disk_full",
        "The disk is full.",
        str(where),
        "Free some space and try again; nothing that was confirmed is lost.",
    )


@contextlib.contextmanager
def operating_system_errors(where: str | os.PathLike[str]) -> Iterator[None]:
    """Turn refusals of the operating system inside the block into errors that say what to do."""
    try:
        yield
    except OSError as error:
        place = str(error.filename or where)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(place) from error
        if error.errno in (errno.EACCES, errno.EPERM):
            raise DatabaseServerError(
                "database.no_access",
                "This account may not use a file or an account that the database needs.",
                place,
                "Run the program as the account that made the installation. In a container, run it as an ordinary "
                "account, or as root with the rights CHOWN, SETUID, SETGID, DAC_OVERRIDE and KILL.",
            ) from error
        if error.errno == errno.EROFS:
            raise DatabaseServerError(
                "database.read_only",
                "The database folder lies on a file system that is read-only.",
                place,
                "Choose another folder with WEIJIAN_HOME.",
            ) from error
        raise
