"""Maps the headers of a file to the columns of a template, whatever their order, width or small differences."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from weijian.definitions.fields import FileColumn
from weijian.definitions.record_kinds import RecordKind

#: Optional columns that every template accepts beside its own: version of the row, and whether it is withdrawn.
VERSION_COLUMN = FileColumn("source_version", "版本号", "Version", "source_version", False, False)
VOID_COLUMN = FileColumn("voided", "作废", "Withdrawn", "voided", False, False)

#: Headers of columns that the product itself adds to rows it gives back; a file that is sent again may keep them.
REASONS, REASONS_EN = "隔离原因", "隔离原因 Reason"
HINTS, HINTS_EN = "提示原因", "提示原因 Reason"

#: How like two headers must be for a renamed column to be recognised (and said so).
SIMILAR = 0.75


@dataclass(frozen=True)
class HeaderMapping:
    """Which file header fills which template column.

    ``columns`` maps column name → header in the file; ``renamed`` lists (header, column zh) recognised by likeness;
    ``missing`` lists required columns which the file lacks; ``extra`` headers nobody knows; ``repeated`` headers that stand
    twice.
    """

    columns: dict[str, str]
    renamed: tuple[tuple[str, str], ...]
    missing: tuple[FileColumn, ...]
    extra: tuple[str, ...]
    repeated: tuple[str, ...]


def template_columns(kind: RecordKind) -> tuple[FileColumn, ...]:
    """The kind's columns and the two optional ones."""
    return (*kind.file_columns(), VERSION_COLUMN, VOID_COLUMN)


def map_headers(kind: RecordKind, headers: Sequence[str]) -> HeaderMapping:
    """Match by Chinese header, English header or column name, exactly first, then by likeness among what is left."""
    return _mapped(kind, tuple(headers))


def known_headers(kind: RecordKind, headers: Sequence[str]) -> int:
    """How many of the texts are headers of the kind, without guessing: tells a header row from a row of data."""
    known = _known(kind)
    return sum(_whole(header) in known or _plain(header) in known for header in headers if header)


@lru_cache(maxsize=64)
def _known(kind: RecordKind) -> dict[str, FileColumn]:
    known: dict[str, FileColumn] = {}
    # Whole headers first: 出生日期(登记) is another column than 出生日期.
    for form in (_whole, _plain):
        for column in template_columns(kind):
            for text in (column.zh, column.en, column.name):
                known.setdefault(form(text), column)
    return known


@lru_cache(maxsize=4096)
def _mapped(kind: RecordKind, headers: tuple[str, ...]) -> HeaderMapping:
    wanted = template_columns(kind)
    known = _known(kind)
    columns: dict[str, str] = {}
    left: list[str] = []
    repeated: list[str] = []
    own = {_whole(text) for text in (REASONS, REASONS_EN, HINTS, HINTS_EN)}
    for header in headers:
        if _whole(header) in own:
            continue
        column = known.get(_whole(header)) or known.get(_plain(header))
        if column is None:
            left.append(header)
        elif column.name in columns:
            repeated.append(header)
        else:
            columns[column.name] = header
    renamed = []
    extra = []
    for header in left:
        likely = _likeliest(header, [column for column in wanted if column.name not in columns])
        if likely is None:
            if header.strip():
                extra.append(header)
            continue
        columns[likely.name] = header
        renamed.append((header, likely.zh))
    missing = tuple(column for column in wanted if column.required and column.name not in columns)
    return HeaderMapping(columns, tuple(renamed), missing, tuple(extra), tuple(repeated))


def _whole(text: str) -> str:
    """Compared form of a whole header: half width, lower case, no spaces and asterisks."""
    text = unicodedata.normalize("NFKC", text).lower()
    return "".join(char for char in text if not char.isspace() and char not in "*_:,、")


def _plain(text: str) -> str:
    """Compared form without the content of brackets, where units and hints stand."""
    text = unicodedata.normalize("NFKC", text).lower()
    for opening, closing in (("(", ")"), ("[", "]")):
        while opening in text and closing in text[text.index(opening) :]:
            start = text.index(opening)
            text = text[:start] + text[text.index(closing, start) + 1 :]
    return _whole(text)


def _likeliest(header: str, columns: Sequence[FileColumn]) -> FileColumn | None:
    plain = _plain(header)
    if not plain:
        return None
    scored = [
        (max(difflib.SequenceMatcher(None, plain, _plain(text)).ratio() for text in (column.zh, column.en)), column)
        for column in columns
    ]
    if not scored:
        return None
    score, column = max(scored, key=lambda pair: pair[0])
    return column if score >= SIMILAR else None
