"""One resolved document as a file in the asked format, for the command line and for downloads."""

from __future__ import annotations

import os
from pathlib import Path

from weijian.engines.documents.printing import PrintOptions
from weijian.engines.documents.resolve import ResolvedDocument
from weijian.kernel.errors import WeijianError

#: Format → media type.
FORMATS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}


#: Content policy of a printed page: it holds its own style and drawings, and loads nothing.
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"


def print_document(resolved: ResolvedDocument, form: str, trace_base: str = "") -> bytes:
    """The file's bytes. ``trace_base`` is the address under which trace codes open; empty prints codes without links.

    Raises ``report.unknown_format`` and ``document.no_fonts``.
    """
    options = PrintOptions(trace_base=trace_base.rstrip("/"))
    if form == "docx":
        from weijian.engines.documents.word.writer import write_docx

        return write_docx(resolved, options)
    if form == "pdf":
        from weijian.engines.documents.pdf.writer import write_pdf

        return write_pdf(resolved, options)
    if form == "html":
        from weijian.engines.documents.html.writer import write_html

        return write_html(resolved, options).encode()
    raise WeijianError("report.unknown_format", f"不能写成{form}格式。", "", f"可用的格式:{'、'.join(FORMATS)}")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that stands whole under its name or not at all; what stood there before stays until then."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
