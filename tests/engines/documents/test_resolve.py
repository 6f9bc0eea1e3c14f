"""A document gets its figures; what has no records is a gap, never a number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.engines.documents.example import annual_report, lookup
from weijian.definitions.documents import Document, FigureRef, FigureScope, Gap, Paragraph, Text
from weijian.engines.documents.figures import Change, FigureKey, FigureState, FigureValue, trace_code
from weijian.engines.documents.numbering import chinese_ordinal, numbered_sections
from weijian.engines.documents.printing import cell_text, shares_of, trace_rows
from weijian.engines.documents.resolve import ResolvedDocument, figure_keys, resolve
from weijian.engines.documents.text import parse_text
from weijian.kernel.errors import WeijianError


def _document(text: str) -> Document:
    return Document("d", "标题", "", (), opening=(Paragraph(parse_text(text)),), scope=FigureScope("2017", "440113"))


def test_opening_reads_like_the_published_one(report: ResolvedDocument) -> None:
    assert report.plain(report.document.opening[0].runs).endswith(  # type: ignore[union-attr]
        "全年总诊疗1297.5万人次，出院20万人次。户籍孕产妇连续4年零死亡。医疗纠纷58宗，同比下降10.77%。"
    )


def test_each_key_is_asked_once_and_scope_is_inherited() -> None:
    asked: list[FigureKey] = []

    def counting(key: FigureKey) -> FigureValue:
        asked.append(key)
        return lookup(key)

    resolve(
        _document(
            "{{visits.total|万人次}}{{visits.total|0}}{{visits.total@2016}}{{visits.total|同比}}{{visits.total@area=1}}"
        ),
        counting,
    )
    assert asked == [
        FigureKey("visits.total", FigureScope("2017", "440113")),
        FigureKey("visits.total", FigureScope("2016", "440113")),
        FigureKey("visits.total", FigureScope("2017", "440113"), Change.YEAR_RATE),
        FigureKey("visits.total", FigureScope("2017", "1")),
    ]


def test_figures_can_be_computed_together_beforehand(report: ResolvedDocument) -> None:
    keys = figure_keys(report.document)
    assert len(keys) == len(set(keys)) > 50
    values = {key: lookup(key) for key in keys}
    assert dict(resolve(report.document, values.__getitem__).figures) == dict(report.figures)


def test_gap_and_suppressed() -> None:
    resolved = resolve(_document("甲{{gap:x|台账尚未启用}}乙{{training.persons}}丙{{hiv.street}}"), lookup)
    paragraph = resolved.document.opening[0]
    assert isinstance(paragraph, Paragraph)
    assert resolved.plain(paragraph.runs) == "甲【缺数：台账尚未启用】乙【缺数：没有登记记录】丙*"
    assert [figure.number for figure in resolved.figures.values()] == [0, 0, 1]
    assert len(list(resolved.gaps())) == 2


def test_same_figure_in_two_styles_has_one_trace(report: ResolvedDocument) -> None:
    rows = trace_rows(resolve(_document("{{visits.total|万人次}}{{visits.total|0}}"), lookup))
    assert [(row.number, row.text) for row in rows] == [(1, "1297.48万人次")]
    assert {figure.value.trace_code for figure in report.traced()} == {row.code for row in trace_rows(report)}


def test_what_the_lookup_raises_goes_through() -> None:
    def unknown(key: FigureKey) -> FigureValue:
        raise WeijianError("measure.unknown", "no such measure", key.measure)

    with pytest.raises(WeijianError, match=r"measure\.unknown"):
        resolve(_document("{{visits.total}}"), unknown)


def test_suppressed_trace_hides_the_numerator() -> None:
    value = FigureValue(
        FigureState.SUPPRESSED, numerator=Decimal(3), denominator=Decimal(100), trace_code="T", reason="<5"
    )
    row = trace_rows(resolve(_document("{{a.b}}"), lambda key: value))[0]
    assert (row.numerator, row.denominator, row.text) == ("*", "100", "*")


def test_column_with_a_unit_prints_bare_numbers() -> None:
    resolved = resolve(_document("{{records.coverage|%}}"), lookup)
    runs = (FigureRef("records.coverage", style="%"),)
    assert cell_text(resolved, runs, "%") == "82.27"
    assert cell_text(resolved, (Text("约"), *runs), "%") == "约82.27%"


def test_trace_code_is_stable_and_tells_keys_apart() -> None:
    key = FigureKey("visits.total", FigureScope("2017"))
    assert trace_code(key, "f", "s") == trace_code(key, "f", "s")
    others = [
        (FigureKey("visits.total", FigureScope("2018")), "f", "s"),
        (key, "g", "s"),
        (key, "f", "t"),
        (FigureKey("visits.total", FigureScope("2017"), Change.YEAR_RATE), "f", "s"),
    ]
    codes = {trace_code(*other) for other in others}
    assert len(codes) == 4 and trace_code(key, "f", "s") not in codes


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五"), (99, "九十九")]
)
def test_chinese_ordinals(number: int, words: str) -> None:
    assert chinese_ordinal(number) == words


def test_heading_numbers_follow_order() -> None:
    numbers = [number for number, _ in numbered_sections(annual_report())]
    assert numbers == ["一、", "（一）", "（二）", "1.", "（1）", "二、", "三、"]


def test_widths_fill_the_line_and_leave_room_for_codes() -> None:
    shares = shares_of([("序号", "追溯码", "说明"), ("1", "RZ50VCHZK5", "很长的说明" * 20)], 9)
    assert abs(sum(shares) - 1) < 1e-9
    assert shares[1] > 0.13 and shares[2] > 0.4


@pytest.mark.parametrize(
    "make",
    [
        lambda: Text("a\x00b"),
        lambda: Text("\u202e反"),
        lambda: Gap("x", " "),
        lambda: FigureRef("Bad Id"),
        lambda: FigureScope("2017 06"),
        lambda: Document("d", " ", "", ()),
    ],
)
def test_invalid_parts_cannot_exist(make: object) -> None:
    with pytest.raises(WeijianError):
        make()  # type: ignore[operator]
