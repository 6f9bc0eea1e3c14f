"""Data with a citation, read by id: code lists, areas, plans, document texts and calibration values.

Content is plain CSV, TOML or JSON beside this module; its origin and licence stand in ``SOURCES.md``. Nothing
here is interpreted: the loaders only find a file inside the installed package and parse it. Parsed files are
cached because they never change while a process runs; callers must treat what they get as read-only.
"""

from __future__ import annotations

import csv
import json
import tomllib
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from weijian.kernel.errors import WeijianError


def path(name: str) -> Path:
    """The file of content ``name`` (for example ``"codes/sex.csv"``) on disk.

    Raises :class:`WeijianError` ``content.unknown_file`` when the package holds no such file.
    """
    found = files(__name__).joinpath(*name.split("/"))
    if ".." in name.split("/") or not found.is_file():
        raise WeijianError(
            "content.unknown_file", "There is no such content file.", name, "Check the id against the folder."
        )
    with as_file(found) as on_disk:
        return on_disk


@cache
def read_csv(name: str) -> list[dict[str, str]]:
    """Rows of a content CSV (UTF-8, header in the first line) in file order; every value is text."""
    with path(name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


@cache
def read_toml(name: str) -> dict[str, Any]:
    """A content TOML file as nested plain values (dates as ``datetime.date``)."""
    with path(name).open("rb") as stream:
        return tomllib.load(stream)


@cache
def read_json(name: str) -> Any:
    """A content JSON file as plain values."""
    return json.loads(path(name).read_text(encoding="utf-8"))
