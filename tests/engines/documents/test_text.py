"""What people type, what is understood, what is said when it is not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.documents import strategies as own
from weijian.definitions.document_data import as_data, from_data
from weijian.definitions.documents import (
    Block,
    BulletList,
    Chart,
    FigureRef,
    FigureScope,
    Gap,
    Inlines,
    Note,
    PageBreak,
    Paragraph,
    Strong,
    Table,
    Text,
)
from weijian.engines.documents.markers import MarkerProblem, ProblemCode, TextProblems
from weijian.engines.documents.text import normalise, parse_body, parse_text, print_body, print_text


def test_sentence_of_the_annual_report() -> None:
    runs = parse_text("全年总诊疗{{visits.total|0.0万人次}}，**出院**{{discharges.total@2017,area=440113|万人次}}。")
    assert runs == (
        Text("全年总诊疗"),
        FigureRef("visits.total", style="0.0万人次"),
        Text("，"),
        Strong("出院"),
        FigureRef("discharges.total", FigureScope("2017", "440113"), "万人次"),
        Text("。"),
    )


def test_gap_keeps_its_reason() -> None:
    assert parse_text("检出率{{gap:py17-defects | 登记|尚未启用 }}") == (
        Text("检出率"),
        Gap("py17-defects", "登记|尚未启用"),
    )


def test_backslash_makes_a_marker_plain_text() -> None:
    assert parse_text(r"写作 \{\{visits.total}}，目录 C:\temp，a\\b，\*\*") == (
        Text(r"写作 {{visits.total}}，目录 C:\temp，a\b，**"),
    )


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("总诊疗{{visits.totl|万人次}}", 1, "visits.total"),
        ("好\n\n总诊疗{{visits.total|一大堆5}}", 3, "看不懂样式"),
        ("甲{{visits.total", 1, "没有结束"),
        ("甲{{visits total}}", 1, "看不懂指标编号"),
        ("甲{{visits.total@}}", 1, "@ 后没有写"),
        ("甲{{visits.total|}}", 1, "竖线后"),
        ("甲{{gap:x|}}", 1, "原因不能为空"),
        ("甲{{visits.total@2017,2018}}", 1, "看不懂指标编号或参数"),
        ("**甲", 1, "加粗没有结束"),
        ("{{table:beds}}", 1, "本节没有这张图表"),
        ("甲{{}}", 1, "看不懂指标编号"),
        ("甲{{a|{{visits.total}}", 1, "没有结束"),
    ],
)
def test_problem_names_line_and_remedy(text: str, line: int, says: str) -> None:
    with pytest.raises(TextProblems) as caught:
        parse_body(text, measures={"visits.total", "discharges.total"})
    assert caught.value.problems[0].line == line
    assert says in str(caught.value)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(TextProblems) as caught:
        parse_body("{{visits.totl}}和{{discharge.total}}\n好\n{{gap:x}}", measures={"visits.total", "discharges.total"})
    assert [problem.line for problem in caught.value.problems] == [1, 1, 3]
    assert caught.value.problems[0].fix("en") == "Ids like it: visits.total."


def test_every_problem_has_words_in_both_languages() -> None:
    for code in ProblemCode:
        problem = MarkerProblem(1, "{{x}}", code, "y")
        words = [problem.what("zh"), problem.fix("zh"), problem.what("en"), problem.fix("en")]
        assert all(words) and "<detail>" not in "".join(words)


def test_body_lines() -> None:
    blocks = parse_body("　　第一段。\r\n\r\n- 甲\n- 乙\n\n- 丙\n> 注意\n---\n\\- 不是列表")
    assert blocks == (
        Paragraph((Text("第一段。"),)),
        BulletList(((Text("甲"),), (Text("乙"),))),
        BulletList(((Text("丙"),),)),
        Note((Text("注意"),)),
        PageBreak(),
        Paragraph((Text("- 不是列表"),)),
    )


@given(own.inlines)
@settings(max_examples=60, deadline=None)
def test_text_round_trip(runs: Inlines) -> None:
    assert parse_text(print_text(runs)) == normalise(runs)


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_parses_or_is_refused_and_then_stays(text: str) -> None:
    try:
        runs = parse_text(text)
    except TextProblems:
        return
    assert parse_text(print_text(runs)) == runs
    assert print_text(parse_text(print_text(runs))) == print_text(runs)


def _normal(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    kept: list[Block] = []
    for block in blocks:
        if isinstance(block, Paragraph | Note):
            runs = normalise(block.runs)
            kept += [type(block)(runs)] if runs else []
        elif isinstance(block, BulletList):
            items = tuple(normal for item in block.items if (normal := normalise(item)))
            kept += [BulletList(items)] if items else []
        else:
            kept.append(block)
    return tuple(kept)


@given(st.lists(own.blocks, max_size=5).map(tuple))
@settings(max_examples=60, deadline=None)
def test_body_round_trip(blocks: tuple[Block, ...]) -> None:
    named = {block.id: block for block in blocks if isinstance(block, Table | Chart)}
    unique = tuple(block for block in blocks if not isinstance(block, Table | Chart) or named[block.id] is block)
    assert parse_body(*print_body(unique)) == _normal(unique)


@given(own.blocks)
@settings(max_examples=60, deadline=None)
def test_json_round_trip(block: Block) -> None:
    assert from_data(as_data(block)) == block
