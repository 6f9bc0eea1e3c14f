"""Errors of the database server, worded for the person who runs the installation: all carry a code ``database.*``, the
place, and what to do next, so that a failed start is never a bare traceback."""

from __future__ import annotations

from weijian.kernel.errors import WeijianError


class DatabaseServerError(WeijianError):
    """The database server cannot be created, started, reached, stopped, saved or restored."""

    exit_code = 3
