"""Report, bulletin and form as files: every format says the same, and every code of them opens."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from openpyxl import load_workbook

from weijian.engines.documents.html.writer import write_html
from weijian.engines.documents.printing import trace_rows
from weijian.foundation.figures.models import Trace
from weijian.foundation.figures.queries import figure
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.errors import WeijianError
from weijian.reports.annual.models import Report
from weijian.reports.annual.resolving import resolve_report
from weijian.reports.bulletins.making import month_of
from weijian.reports.bulletins.services import publish_bulletin, publish_form
from weijian.reports.citing.printing import print_document


def test_word_and_page_print_the_same_figures(report: Report) -> None:
    resolved = resolve_report(report)
    page = write_html(resolved)
    with zipfile.ZipFile(io.BytesIO(print_document(resolved, "docx"))) as archive:
        body = re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode())
    printed = [figure for figure in resolved.figures.values() if figure.number]
    assert len(printed) > 80
    for one in printed:
        assert one.text in body and one.text in page
        assert one.value.trace_code in body and f"/t/{one.value.trace_code}" in page


def test_an_unknown_format_says_which_there_are(report: Report) -> None:
    with pytest.raises(WeijianError) as error:
        print_document(resolve_report(report), "odt")
    assert "docx" in error.value.fix


@pytest.mark.parametrize("text", ["2017", "2017-13", "June", ""])
def test_only_months_have_bulletins(text: str) -> None:
    with pytest.raises(WeijianError) as error:
        month_of(text)
    assert error.value.code == "report.no_month"


def test_the_bulletin_holds_month_year_to_date_and_last_year(snapshot: Snapshot) -> None:
    resolved = publish_bulletin(month_of("2017-06"), snapshot)
    asked = {str(one.key) for one in resolved.figures.values()}
    for period in ("2017-06", "2017-06YTD", "2016-06"):
        assert f"visits.total@{period},area=440113" in asked
    codes = {one.value.trace_code for one in resolved.figures.values()} - {""}
    assert codes <= set(Trace.objects.values_list("code", flat=True))
    assert "{" not in resolved.document.title + resolved.document.subtitle


def test_the_form_holds_real_numbers_and_their_evidence(snapshot: Snapshot) -> None:
    filled = publish_form(month_of("2017-06"), snapshot)
    book = load_workbook(io.BytesIO(filled.content))
    sheet, place = next(iter(book.defined_names["visits_total"].destinations))
    shown = figure("visits.total", "2017-06", snapshot=snapshot).rounded
    assert book[sheet][place.replace("$", "")].value == shown
    assert "数据追溯" in book.sheetnames


def test_figures_over_unsigned_data_are_marked_in_bulletin_and_form(snapshot: Snapshot) -> None:
    """Nobody has signed the small world: counts of what institutions owe are preliminary in every format."""
    bulletin = publish_bulletin(month_of("2017-06"), snapshot)
    total = next(one for one in bulletin.traced() if one.key and one.key.measure == "visits.total")
    assert total.value.preliminary and total.mark.endswith("初")
    assert "初步数" in print_document(bulletin, "html").decode()
    form = publish_form(month_of("2017-06"), snapshot)
    sheet = load_workbook(io.BytesIO(form.content)).worksheets[0]
    comments = [cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment]
    assert any("初步数" in text for text in comments)


def test_the_trace_table_on_paper_names_basis_in_words_and_leaves_out_the_documents_own_area(report: Report) -> None:
    rows = trace_rows(resolve_report(report))
    coverage = next(row for row in rows if "ehr.\u200bcoverage" in row.definition)
    assert "服务人口(建档口径)·年末" in coverage.definition and "地区" not in coverage.definition
    assert coverage.paper_cells()[4] == f"{coverage.numerator} / {coverage.denominator}"
