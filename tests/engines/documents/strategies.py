"""Hypothesis strategies for inline runs and blocks, hostile characters included."""

from __future__ import annotations

from hypothesis import strategies as st

from weijian.definitions.documents import (
    Align,
    BulletList,
    Chart,
    ChartKind,
    Column,
    FigureRef,
    FigureScope,
    Gap,
    Note,
    PageBreak,
    Paragraph,
    Series,
    Strong,
    Table,
    Text,
    is_forbidden,
)

words = st.text(
    st.one_of(
        st.sampled_from("全年总诊疗出院人次，。；#@\\{}|*->_`$[]<&\"'=%‰ 　7"),
        st.characters(exclude_categories=("Cc", "Cs")).filter(lambda character: not is_forbidden(character)),
    ),
    max_size=12,
)
identifiers = st.from_regex(r"[a-z][a-z0-9_]{0,5}([.-][a-z0-9_]{1,5}){0,2}", fullmatch=True)
values = st.sampled_from(["2017", "2017-06", "2017Q1", "440113001", "男", "65+"])
scopes = st.builds(
    FigureScope,
    st.sampled_from(["", "2017", "2017-06"]),
    st.sampled_from(["", "440113001"]),
    st.sampled_from(["", "PY001"]),
    st.dictionaries(st.sampled_from(["sex", "age_band", "target"]), values, max_size=2).map(lambda d: tuple(d.items())),
)
styles = st.sampled_from(
    ["", "%", "0.00%", "万人次", "0.0万人次", "同比", "同比0.00%", "#,##0元", "连续0年", "/10万", "宗"]
)
figure_refs = st.builds(FigureRef, identifiers, scopes, styles)
reasons = words.map(str.strip).filter(bool)
gaps = st.builds(Gap, identifiers, reasons)
inlines = st.lists(st.one_of(st.builds(Text, words), st.builds(Strong, words), figure_refs, gaps), max_size=6).map(
    tuple
)
tables = st.builds(
    Table,
    identifiers,
    words,
    st.just((Column("机构"), Column("人次", Align.RIGHT, "人次"))),
    st.lists(st.tuples(inlines, inlines), max_size=3).map(tuple),
    words,
    words,
)
charts = st.builds(
    Chart,
    identifiers,
    st.sampled_from(ChartKind),
    words,
    words,
    st.just(("1月", "2月")),
    st.lists(st.builds(Series, words, st.tuples(figure_refs, gaps), st.booleans()), min_size=1, max_size=2).map(tuple),
    st.one_of(st.none(), figure_refs),
    words,
)
blocks = st.one_of(
    st.builds(Paragraph, inlines),
    st.builds(Note, inlines),
    st.builds(BulletList, st.lists(inlines, min_size=1, max_size=3).map(tuple)),
    st.just(PageBreak()),
    tables,
    charts,
)
