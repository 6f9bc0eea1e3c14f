"""What a row with a flaw gets: quarantine or a warning, with the reason that its sender reads, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.exchange.sending import DISCHARGE, DISCHARGES, send, visits
from weijian.engines.intake.checks import checks_of
from weijian.exchange.submissions.models import QuarantinedRow
from weijian.foundation.kinds.registry import kind_by_id
from weijian.records.encounters.models import OutpatientVisit

pytestmark = pytest.mark.django_db

ERRORS = [
    ({"就诊日期": "2017-13-01"}, "visit_on.invalid", "就诊日期不是有效日期"),
    ({"就诊日期": "2017-02-30"}, "visit_on.invalid", "就诊日期不是有效日期"),
    ({"就诊日期": "2018-01-05"}, "visit_on.future", "就诊日期晚于接收日期"),
    ({"就诊日期": ""}, "visit_on.required", "就诊日期未填写"),
    ({"就诊流水号": ""}, "visit_no.required", "就诊流水号未填写"),
    ({"就诊机构代码": "XX0000001"}, "place.invalid", "就诊机构代码不在机构名录中"),
    ({"就诊类型": "88"}, "visit_type.invalid", "就诊类型不在代码表中"),
    ({"总费用": "-100"}, "total_fee.range", "总费用超出允许范围"),
    ({"总费用": "一百"}, "total_fee.invalid", "总费用不是金额"),
    ({"总费用": "99999999999999999999"}, "total_fee.invalid", "总费用不是金额"),
    ({"总费用": "40"}, "fee_sum", "总费用小于分项费用之和"),
]

WARNINGS = [
    ({"证件号码": "440113198001010013"}, "patient.check_digit", "身份证号码校验不通过"),
    ({"证件号码": ""}, "patient.no_number", "没有证件号码"),
    ({"出生日期": "1980-01-02"}, "patient.birth_date", "出生日期无法识别或与身份证不符"),
    ({"性别": "2"}, "patient.sex", "性别无法识别或与身份证不符"),
    ({"主要诊断编码": "QQQ"}, "diagnosis.invalid", "主要诊断编码不在代码表中"),
    ({"主要诊断编码": ""}, "no_diagnosis", "缺少主要诊断编码"),
    ({"总费用": "999999"}, "fee_absurd", "单次门诊费用超过5万元"),
]

#: Written otherwise, meaning the same: no reason at all, and the value that is stored.
SAME = [
    ({"就诊日期": "42799"}, "visit_on", "2017-03-05"),
    ({"就诊日期": "20170305"}, "visit_on", "2017-03-05"),
    ({"就诊日期": "2017/3/5 08:30"}, "visit_on", "2017-03-05"),
    ({"就诊日期": "2017年3月5日"}, "visit_on", "2017-03-05"),
    ({"就诊日期": "２０１７－０３－０５"}, "visit_on", "2017-03-05"),
    ({"总费用": "１００．００"}, "total_fee", "10000"),
    ({"总费用": "¥1,100.00"}, "total_fee", "110000"),
    ({"就诊机构代码": " py0000014 "}, "visit_on", "2017-03-05"),
    ({"证件号码": "４４０１１３１９８００１０１００１２"}, "link_state", "1"),
    ({"证件号码": "440113800101001"}, "link_state", "1"),
]


def reason_zh(dataset: str, code: str) -> str:
    """The words of a check."""
    return next(check.zh for check in checks_of(kind_by_id(dataset)) if check.code == code)


@pytest.mark.parametrize(
    ("change", "code", "zh"), ERRORS, ids=[code + str(next(iter(c.values()))) for c, code, _zh in ERRORS]
)
def test_an_error_quarantines_its_row_and_the_rest_goes_on(
    tmp_path: Path, change: dict[str, str], code: str, zh: str
) -> None:
    receipt = send(tmp_path, visits({}, change, {}))
    assert (receipt.received, receipt.accepted, receipt.quarantined) == (3, 2, 1)
    row = QuarantinedRow.objects.get(submission=receipt)
    assert row.line_no == 3
    assert code in row.reasons
    assert receipt.reasons[code] == 1
    assert reason_zh("encounters.outpatient_visit", code) == zh


@pytest.mark.parametrize(("change", "code", "zh"), WARNINGS, ids=[code for _change, code, _zh in WARNINGS])
def test_a_warning_keeps_its_row_and_flags_it(tmp_path: Path, change: dict[str, str], code: str, zh: str) -> None:
    receipt = send(tmp_path, visits({}, change))
    assert (receipt.accepted, receipt.warned, receipt.quarantined) == (2, 1, 0)
    assert receipt.reasons[code] == 1
    assert reason_zh("encounters.outpatient_visit", code) == zh


def test_a_wrong_check_digit_leaves_the_row_unlinked(tmp_path: Path) -> None:
    send(tmp_path, visits({}, {"证件号码": "440113198001010013", "性别": "", "出生日期": ""}))
    states = dict(OutpatientVisit.objects.values_list("visit_no", "link_state"))
    assert states == {"V1": 1, "V2": 0}


@pytest.mark.parametrize(("change", "column", "stored"), SAME, ids=[f"{next(iter(c.values()))}" for c, _n, _v in SAME])
def test_other_ways_of_writing_are_understood(tmp_path: Path, change: dict[str, str], column: str, stored: str) -> None:
    receipt = send(tmp_path, visits(change))
    assert (receipt.accepted, receipt.reasons) == (1, {})
    assert str(OutpatientVisit.objects.values_list(column, flat=True).get()) == stored


def test_discharge_before_admission(tmp_path: Path) -> None:
    wrong = {**DISCHARGE, "住院号": "Z2", "入院日期": "2017-03-09"}
    receipt = send(tmp_path, [DISCHARGE, wrong], dataset=DISCHARGES)
    assert (receipt.accepted, receipt.quarantined) == (1, 1)
    assert receipt.reasons == {"discharge_before_admission": 1}
    assert reason_zh(DISCHARGES, "discharge_before_admission") == "出院日期早于入院日期"


def test_a_formula_is_text_and_never_runs(tmp_path: Path) -> None:
    receipt = send(tmp_path, visits({"总费用": "=1+1"}, {"姓名": "=HYPERLINK(1)"}))
    assert receipt.reasons["total_fee.invalid"] == 1
    assert receipt.accepted == 1
