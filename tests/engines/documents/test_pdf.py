"""The PDF holds every word, the official page and only embedded fonts; the same document gives the same bytes."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest

from tests.engines.documents.example import lookup
from weijian.definitions.documents import Document, Paragraph, Text
from weijian.engines.documents import layout
from weijian.engines.documents.fonts import FontSet
from weijian.engines.documents.pdf.writer import write_pdf
from weijian.engines.documents.resolve import ResolvedDocument, resolve


@pytest.fixture(scope="module")
def content(report: ResolvedDocument, fonts: FontSet) -> bytes:
    return write_pdf(report, fonts=fonts)


def pdf_text(content: bytes, folder: Path) -> str:
    """The words of a PDF in reading order, without white space."""
    return re.sub(r"\s", "", "".join(pdf_pages(content, folder)))


def pdf_pages(content: bytes, folder: Path) -> list[str]:
    """The text of each page; needs poppler's pdftotext."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    (folder / "report.pdf").write_bytes(content)
    made = subprocess.run([program, "-layout", str(folder / "report.pdf"), "-"], capture_output=True, check=True)
    return made.stdout.decode().split("\f")


def test_same_bytes_again(report: ResolvedDocument, fonts: FontSet, content: bytes) -> None:
    assert content.startswith(b"%PDF-") and write_pdf(report, fonts=fonts) == content


def test_a4_and_archival(content: bytes) -> None:
    plain = content + b"".join(_streams(content))
    boxes = {tuple(float(number) for number in box.split()) for box in re.findall(rb"/MediaBox ?\[([^\]]+)\]", plain)}
    assert {(round(box[2] / 72 * 25.4), round(box[3] / 72 * 25.4)) for box in boxes} == {(210, 297)}
    assert b"<pdfaid:part>2</pdfaid:part>" in plain


def test_fonts_are_embedded(content: bytes) -> None:
    plain = content + b"".join(_streams(content))
    assert b"NotoSerifSC" in plain and plain.count(b"/FontFile") >= 2


def test_words_and_gap(content: bytes, tmp_path: Path) -> None:
    words = pdf_text(content, tmp_path)
    for expected in (
        "总诊疗1297.5万人次",
        "20万人次",
        "连续4年",
        "同比下降10.77%",
        "82.27%",
        "6.18‰",
        "2.19万人",
        "4899宗",
        "【缺数：整改台账尚未启用】",
        "（一）不断深化体制改革",
        "番卫计〔2018〕3号",
        "2018年4月3日",
        "数据追溯",
        "—1—",
    ):
        assert expected in words, expected


def test_full_page_holds_twenty_two_lines_of_twenty_eight_characters(fonts: FontSet, tmp_path: Path) -> None:
    assert round(layout.LINE_PITCH_POINTS * layout.LINES / layout.POINTS_PER_MM) == 225
    document = Document("d", "标题", "", (), opening=(Paragraph((Text("医" * 1500),)),))
    pages = pdf_pages(write_pdf(resolve(document, lookup), fonts=fonts), tmp_path)
    lines = [line.strip() for line in pages[1].splitlines() if line.strip()]
    assert lines[:-1] == ["医" * 28] * 22 and lines[-1].replace(" ", "") == "—2—"


def _streams(content: bytes) -> list[bytes]:
    found = []
    for match in re.finditer(rb"stream\r?\n", content):
        try:
            found.append(zlib.decompressobj().decompress(content[match.end() :]))
        except zlib.error:
            continue
    return found
