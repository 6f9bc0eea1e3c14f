"""Why a detector gives no number, or gives one that needs care: one closed list, so that every series gets the same
words.
"""

from __future__ import annotations

from enum import IntEnum


class Reason(IntEnum):
    """A code per (series, time). 0 means the detector decided without remark."""

    NONE = 0
    TOO_SHORT = 1
    FEW_CASES = 2
    NOT_OBSERVED = 3
    GAP_IN_BASELINE = 4
    NO_CONVERGENCE = 5
    SINGULAR = 6
    ALL_ZERO = 7
    ZERO_VARIANCE = 8
    POPULATION = 9
    NO_DEGREES_OF_FREEDOM = 10
    BOUND_UNDEFINED = 11
    ZERO_MEAN = 12
    DATES = 13
    NO_REFERENCE = 14


TEXT: dict[Reason, tuple[str, str, str]] = {
    Reason.NONE: ("", "", ""),
    Reason.TOO_SHORT: ("too-short", "history too short for the baseline", "历史数据长度不足，无法取得基线"),
    Reason.FEW_CASES: (
        "few-cases",
        "fewer recent cases than limit54 asks for",
        "近期病例数低于 limit54 下限，不作判定",
    ),
    Reason.NOT_OBSERVED: ("not-observed", "no count at this time or in the recent window", "该时点或近期缺少报告数"),
    Reason.GAP_IN_BASELINE: ("gap-in-baseline", "missing counts in the baseline window", "基线窗口内有缺失"),
    Reason.NO_CONVERGENCE: ("no-convergence", "the model did not converge", "模型未收敛"),
    Reason.SINGULAR: (
        "singular",
        "the baseline cannot identify the model (singular design)",
        "基线数据不足以识别模型（设计矩阵奇异）",
    ),
    Reason.ALL_ZERO: ("all-zero", "every baseline count is zero", "基线计数全部为零"),
    Reason.ZERO_VARIANCE: ("zero-variance", "the baseline does not vary", "基线无变异"),
    Reason.POPULATION: ("population", "population missing or not above zero", "人口数缺失或不大于零"),
    Reason.NO_DEGREES_OF_FREEDOM: (
        "no-degrees-of-freedom",
        "no more baseline counts than model parameters",
        "基线观察数不多于模型参数数",
    ),
    Reason.BOUND_UNDEFINED: ("bound-undefined", "the bound is not defined for this baseline", "该基线下界值无定义"),
    Reason.ZERO_MEAN: ("zero-mean", "the in-control mean is zero", "受控均值为零"),
    Reason.DATES: ("dates", "reference dates are missing from the series", "序列中缺少对应的参照日期"),
    Reason.NO_REFERENCE: ("no-reference", "no usable past period", "没有可用的历史同期"),
}


def reason_code(reason: int) -> str:
    """The stable short code that stands in the ``reason`` column of the output."""
    return TEXT[Reason(reason)][0]


def reason_text(reason: int, language: str = "zh") -> str:
    """One sentence part in ``zh`` or ``en``."""
    return TEXT[Reason(reason)][2 if language == "zh" else 1]
