"""A frozen report prints the same; run again it gives the same figures, or says what differs and why."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.engines.documents.example import annual_report, lookup
from weijian.engines.documents.differences import Cause, ChangedRecords, compare
from weijian.engines.documents.figures import FigureKey, FigureState, FigureValue
from weijian.engines.documents.freeze import FrozenDocument, freeze
from weijian.engines.documents.html.writer import write_html
from weijian.engines.documents.resolve import ResolvedDocument, resolve
from weijian.engines.documents.sentences import (
    SentenceRecord,
    confirm_sentences,
    record_sentences,
    split_sentences,
    stale_sentences,
)
from weijian.engines.documents.text import parse_text, print_text
from weijian.kernel.errors import WeijianError

DAY = datetime.date(2018, 4, 3)


def changed(measure: str, **fields: object) -> Callable[[FigureKey], FigureValue]:
    """The lookup, with one measure answered otherwise."""

    def answer(key: FigureKey) -> FigureValue:
        meant = key.measure == measure and not key.change
        return dataclasses.replace(lookup(key), **fields) if meant else lookup(key)  # type: ignore[arg-type]

    return answer


def test_thawed_document_prints_the_same(report: ResolvedDocument) -> None:
    frozen = freeze(report, DAY)
    again = FrozenDocument(frozen.json).thaw()
    assert again.document == report.document and dict(again.figures) == dict(report.figures)
    assert write_html(again) == write_html(report)
    assert freeze(again, DAY).fingerprint == frozen.fingerprint


def test_run_again_to_the_same_figures(report: ResolvedDocument) -> None:
    assert compare(freeze(report, DAY), resolve(annual_report(), lookup)) == []


def test_value_changed_by_a_new_snapshot(report: ResolvedDocument) -> None:
    again = resolve(annual_report(), changed("disputes.total", value=Decimal(61), snapshot="S2"))
    found = compare(freeze(report, DAY), again)
    assert (str(found[0].was and found[0].was.text), str(found[0].now and found[0].now.text)) == ("58宗", "61宗")
    assert found[0].causes == (Cause.SNAPSHOT,) and found[0].printed
    assert {item.measure for item in found} == {"disputes.total"}
    assert "原为58宗，现为61宗" in str(found[0])


def test_why_is_told_where_the_records_are_counted(report: ResolvedDocument) -> None:
    again = resolve(annual_report(), changed("births.registered", value=Decimal(21880), snapshot="S2"))

    def explain(key: FigureKey, was: str, now: str) -> ChangedRecords:
        assert (key.measure, was, now) == ("births.registered", "S20180103-1", "S2")
        return ChangedRecords(late=7, voided=1)

    (found,) = compare(freeze(report, DAY), again, explain)
    assert found.causes == (Cause.LATE, Cause.VOIDED) and found.records.late == 7
    assert not found.printed  # 2.19万人 both times: the evidence changed beneath the same words


@pytest.mark.parametrize(
    ("fields", "cause"),
    [({"definition_fingerprint": "0" * 64}, Cause.DEFINITION), ({}, Cause.UNEXPLAINED)],
)
def test_definition_or_nothing_explains(report: ResolvedDocument, fields: dict[str, object], cause: Cause) -> None:
    again = resolve(annual_report(), changed("births.registered", value=Decimal(30000), **fields))
    assert compare(freeze(report, DAY), again)[0].causes == (cause,)


def test_gap_that_was_filled_and_figure_that_went(report: ResolvedDocument) -> None:
    filled = resolve(
        annual_report(),
        changed(
            "training.persons", state=FigureState.COMPUTED, value=Decimal(138), unit="人", reason="", snapshot="S2"
        ),
    )
    (found,) = compare(freeze(report, DAY), filled)
    assert found.was and found.now and (found.was.text, found.now.text) == ("【缺数：没有登记记录】", "138人")
    shorter = dataclasses.replace(annual_report(), opening=())
    gone = compare(freeze(report, DAY), resolve(shorter, lookup))
    assert {item.measure for item in gone if item.now is None} == {
        "visits.total",
        "discharges.total",
        "maternal.zero_years",
        "disputes.total",
    }


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"format": 9}', '{"format":1,"document":{"type":"Evil"},"figures":[]}']
)
def test_unreadable_frozen_document(text: str) -> None:
    with pytest.raises(WeijianError):
        FrozenDocument(text).thaw()


def test_sentences_are_split_after_their_quotes() -> None:
    runs = parse_text("建成“示范区。”全年{{visits.total|万人次}}！好吗？（是。）{{disputes.total|宗}}")
    assert [print_text(sentence) for sentence in split_sentences(runs)] == [
        "建成“示范区。”",
        "全年{{visits.total|万人次}}！",
        "好吗？",
        "（是。）",
        "{{disputes.total|宗}}",
    ]


def test_sentence_is_marked_until_it_is_confirmed_or_rewritten(report: ResolvedDocument) -> None:
    records = [SentenceRecord.from_data(json.loads(json.dumps(item.as_data()))) for item in record_sentences(report)]
    assert stale_sentences(records, report) == []
    later = resolve(annual_report(), changed("disputes.total", value=Decimal(61)))
    (stale,) = [item for item in stale_sentences(records, later) if item.section == ""]
    assert stale.source.startswith("医疗纠纷") and [(a.text, b.text) for a, b in stale.changes] == [("58宗", "61宗")]
    assert stale_sentences(record_sentences(later, records), later) == [
        stale
    ]  # saving other text does not hide the mark
    assert stale_sentences(confirm_sentences(records, later, {stale.source}), later) == []
