"""Finds the columns that need cleaning by their bytes: most files are clean, and cleaning each cell is slow."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

#: Bytes that a clean column does not have: blanks, zero-width and full-width characters begin or contain one of these.
_MARKS = (
    b" ",
    b"\t",
    b"\r",
    b"\n",
    b"\xc2\xa0",  # no-break space
    b"\xc2\xad",  # soft hyphen
    b"\xe2\x80",  # general punctuation: wide and zero-width blanks
    b"\xe3\x80\x80",  # ideographic space
    b"\xef\xbb\xbf",  # byte order mark
    b"\xef\xbc",  # full-width forms
    b"\xef\xbd",
)


#: How a defused cell begins.
_DEFUSED = (b"'=", b"'+", b"'-", b"'@")


def untidy_columns(table: pa.Table, document_numbers: frozenset[str] = frozenset()) -> frozenset[str]:
    """Names of text columns with a character to clean; a document number must be plain ASCII to be clean."""
    found = set()
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            for content in _contents(column):
                if any(mark in content for mark in _MARKS) or (name in document_numbers and not content.isascii()):
                    found.add(name)
                    break
    return frozenset(found)


def without_nul(table: pa.Table) -> pa.Table:
    """The table without NUL characters, which broken exports hold and PostgreSQL refuses."""
    for index, name in enumerate(table.column_names):
        column = table.column(index)
        if pa.types.is_string(column.type) and any(b"\0" in content for content in _contents(column)):
            table = table.set_column(index, name, pc.replace_substring(column, "\0", ""))
    return table


def undefused(table: pa.Table) -> pa.Table:
    """The table without the apostrophe that an export puts before ``= + - @`` so that no cell runs as a formula."""
    for index, name in enumerate(table.column_names):
        column = table.column(index)
        if pa.types.is_string(column.type) and any(mark in text for text in _contents(column) for mark in _DEFUSED):
            table = table.set_column(index, name, pc.replace_substring_regex(column, "^'([=+@-])", r"\1"))
    return table


def _contents(column: pa.ChunkedArray) -> list[bytes]:
    """The text bytes of each chunk; a slice may show its neighbours' bytes too, which errs on the side of cleaning."""
    buffers = [chunk.buffers()[2] for chunk in column.chunks if len(chunk)]
    return [buffer.to_pybytes() for buffer in buffers if buffer is not None]
