"""How long a report of about 60 pages takes in each writer: printed, never asserted."""

from __future__ import annotations

import dataclasses
import time

import pytest

from tests.engines.documents.example import annual_report, lookup
from weijian.definitions.documents import Section
from weijian.engines.documents.fonts import FontSet
from weijian.engines.documents.html.writer import write_html
from weijian.engines.documents.pdf.writer import write_pdf
from weijian.engines.documents.resolve import resolve
from weijian.engines.documents.text import parse_body
from weijian.engines.documents.word.writer import write_docx


@pytest.mark.long
def test_speed_of_a_long_report(fonts: FontSet, capsys: pytest.CaptureFixture[str]) -> None:
    text = "\n".join(
        f"户籍出生{{{{births.registered@2017,area=44{n:04d}|0.00万人}}}}，" + "继续保持平稳。" * 20 for n in range(600)
    )
    report = dataclasses.replace(
        annual_report(), sections=(*annual_report().sections, Section("long", 1, "分镇街情况", "", parse_body(text)))
    )
    started = time.perf_counter()
    resolved = resolve(report, lookup)
    lines = [f"resolve {len(resolved.figures)} figures: {time.perf_counter() - started:.2f} s"]
    for write in (write_docx, write_html, write_pdf):
        started = time.perf_counter()
        made = write(resolved, fonts=fonts)
        lines.append(f"{write.__name__}: {time.perf_counter() - started:.2f} s, {len(made):,} long")
        assert made
    with capsys.disabled():
        print("\n" + "\n".join(lines))
