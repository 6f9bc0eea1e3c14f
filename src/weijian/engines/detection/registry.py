"""All detectors by name: what runs, which parameters there are (R's names and defaults), in which words they are
explained.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from weijian.engines.detection.bayes import bayes
from weijian.engines.detection.cusum import TRANSFORMATIONS, cusum
from weijian.engines.detection.ears import ears
from weijian.engines.detection.ewma import ewma
from weijian.engines.detection.farrington import farrington
from weijian.engines.detection.farrington_flexible import farrington_flexible
from weijian.engines.detection.glr import glr
from weijian.engines.detection.historical_limits import historical_limits
from weijian.engines.detection.outbreak_p import outbreak_p
from weijian.engines.detection.parameters import Parameter, guess, parse_all
from weijian.engines.detection.percentile import percentile
from weijian.engines.detection.result import Detection
from weijian.engines.detection.rki import rki
from weijian.engines.detection.rules import fixed_threshold, one_case
from weijian.engines.detection.series import DetectionError, IntArray, SeriesBatch


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One detector. ``fixed`` are keywords that its name implies; ``threaded`` says that it takes ``threads``."""

    name: str
    run: Callable[..., Detection]
    zh: str
    en: str
    parameters: tuple[Parameter, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    threaded: bool = False


def _years(default: int) -> Parameter:
    return Parameter("b", "int", default, "回溯年数", "years back", low=0, high=50)


def _width(default: int) -> Parameter:
    return Parameter("w", "int", default, "前后窗口宽度（期数）", "times to either side", low=0, high=180)


def _alpha(default: float | None, **more: Any) -> Parameter:
    return Parameter("alpha", "float", default, "检验水准", "level", low=0, high=1, open_range=True, **more)


_REWEIGHT = Parameter("reweight", "bool", True, "是否对历史暴发降权", "weigh past outbreaks down")
_TREND = Parameter("trend", "bool", True, "是否含线性趋势", "include a linear trend")
_LIMIT54 = Parameter(
    "limit54", "numbers", (5, 4), "近4期至少5例才判定", "at least so many cases in so many times", low=0
)
_POWER = Parameter(
    "powertrans", "text", "2/3", "方差稳定幂变换", "power transformation", choices=("2/3", "1/2", "none")
)
_ACT_Y = Parameter("actY", "bool", True, "是否使用当年之前各期", "use the times before the present")

_FLEXIBLE = (
    _years(5),
    _width(3),
    _REWEIGHT,
    Parameter("weightsThreshold", "float", 2.58, "降权残差阈值", "residual above which a count is weighed down", low=0),
    _alpha(0.05),
    _TREND,
    Parameter(
        "pThresholdTrend",
        "float",
        0.05,
        "趋势显著性阈值（1 表示总保留）",
        "trend kept below this p-value",
        low=0,
        high=1,
    ),
    _LIMIT54,
    _POWER,
    Parameter("fitFun", "text", "algo.farrington.fitGLM.flexible", "拟合函数", "fit function"),
    Parameter("populationOffset", "bool", False, "是否以人口为偏移", "population as offset"),
    Parameter("noPeriods", "int", 1, "季节因子水平数", "levels of the seasonal factor", low=1, high=60),
    Parameter(
        "pastWeeksNotIncluded",
        "int",
        None,
        "基线排除最近期数（默认等于 w）",
        "latest times left out (default w)",
        low=0,
        optional=True,
    ),
    Parameter(
        "thresholdMethod", "text", "delta", "阈值方法", "threshold method", choices=("delta", "nbPlugin", "muan")
    ),
)

_FARRINGTON = (
    _years(5),
    _width(3),
    _REWEIGHT,
    _alpha(0.05),
    _TREND,
    _LIMIT54,
    _POWER,
    Parameter(
        "fitFun",
        "text",
        "algo.farrington.fitGLM.fast",
        "拟合函数",
        "fit function",
        choices=("algo.farrington.fitGLM.fast", "algo.farrington.fitGLM", "algo.farrington.fitGLM.populationOffset"),
    ),
)

_EARS = (
    Parameter("baseline", "int", 7, "基线期数", "times in the baseline", low=3, high=365),
    Parameter("minSigma", "float", 0.0, "标准差下限", "least standard deviation", low=0),
    _alpha(None, optional=True),
)

_CUSUM = (
    Parameter("k", "float", 1.04, "参考值", "reference value"),
    Parameter("h", "float", 2.26, "决策界限", "decision limit", low=0),
    Parameter(
        "m",
        "number-or-text",
        None,
        "受控均值：数值、glm 或历史均值",
        "in-control mean: number, glm, or mean before",
        optional=True,
    ),
    Parameter("trans", "text", "standard", "变换", "transformation", choices=TRANSFORMATIONS),
    Parameter("alpha", "float", 0.1, "负二项离散参数", "negative binomial dispersion", low=0),
    Parameter("reset", "bool", False, "报警后复位（R 不复位）", "restart after an alarm (R does not)"),
)

_GLR = (
    Parameter("c.ARL", "float", 5.0, "报警界限", "decision limit", low=0, keyword="c_ARL"),
    Parameter(
        "mu0",
        "float",
        None,
        "受控均值（缺省为拟合）",
        "in-control mean (fitted if absent)",
        low=0,
        optional=True,
        open_range=True,
    ),
    Parameter("Mtilde", "int", 1, "估计所需最少期数", "times needed for an estimate", low=1),
    Parameter("M", "int", -1, "回溯窗口（-1 不限）", "window (-1: none)", low=-1),
    Parameter("change", "text", "intercept", "变化类型", "kind of change"),
    Parameter("theta", "float", None, "已知变化量（对数）", "known change (log)", optional=True),
    Parameter("dir", "text", "inc", "方向", "direction", choices=("inc", "dec")),
    Parameter(
        "ret", "text", "value", "上界列内容：统计量或病例数", "what upperbound holds", choices=("value", "cases")
    ),
    Parameter("xMax", "int", 10_000, "病例数搜索上限", "largest count searched", low=1),
    Parameter("S", "int", 1, "年周期谐波数", "yearly waves of the fitted mean", low=0, high=10),
    Parameter("trend", "bool", False, "拟合均值含趋势", "trend in the fitted mean"),
)

ALGORITHMS: dict[str, Algorithm] = {
    a.name: a
    for a in (
        Algorithm(
            "farrington-flexible",
            farrington_flexible,
            "改进 Farrington 法",
            "Farrington flexible",
            _FLEXIBLE,
            threaded=True,
        ),
        Algorithm("farrington", farrington, "Farrington 法（1996）", "Farrington 1996", _FARRINGTON, threaded=True),
        Algorithm("ears-c1", ears, "EARS C1", "EARS C1", _EARS, {"method": "C1"}),
        Algorithm("ears-c2", ears, "EARS C2", "EARS C2", _EARS, {"method": "C2"}),
        Algorithm("ears-c3", ears, "EARS C3", "EARS C3", _EARS, {"method": "C3"}),
        Algorithm("cusum", cusum, "累积和控制图", "CUSUM", _CUSUM),
        Algorithm("bayes", bayes, "贝叶斯法", "Bayes", (_years(0), _width(6), _ACT_Y, _alpha(0.05))),
        Algorithm(
            "rki",
            rki,
            "RKI 法",
            "RKI",
            (
                _years(2),
                _width(4),
                Parameter("actY", "bool", False, "是否使用当年之前各期", "use the times before the present"),
            ),
        ),
        Algorithm(
            "outbreak-p",
            outbreak_p,
            "OutbreakP 法",
            "OutbreakP",
            (
                Parameter("k", "float", 100.0, "报警界限", "decision limit", low=0),
                Parameter(
                    "ret",
                    "text",
                    "value",
                    "上界列内容：统计量或病例数",
                    "what upperbound holds",
                    choices=("value", "cases"),
                ),
                Parameter("maxUpperboundCases", "int", 100_000, "病例数搜索上限", "largest count searched", low=1),
            ),
        ),
        Algorithm("glr-poisson", glr, "广义似然比（泊松）", "GLR Poisson", _GLR),
        Algorithm(
            "glr-negbin",
            glr,
            "广义似然比（负二项）",
            "GLR negative binomial",
            (
                *_GLR,
                Parameter(
                    "alpha", "float", 0.1, "负二项离散参数", "negative binomial dispersion", low=0, open_range=True
                ),
            ),
            {"alpha": 0.1},
        ),
        Algorithm(
            "ewma",
            ewma,
            "指数加权移动平均控制图",
            "EWMA",
            (
                Parameter(
                    "lambda", "float", 0.3, "平滑系数", "weight of the present count", low=0, high=1, keyword="lambda_"
                ),
                Parameter("L", "float", 3.0, "控制限宽度（标准差倍数）", "width of the limit", low=0, open_range=True),
                Parameter("m", "float", None, "受控均值", "in-control mean", low=0, optional=True, open_range=True),
                Parameter(
                    "s", "float", None, "受控标准差", "in-control deviation", low=0, optional=True, open_range=True
                ),
            ),
        ),
        Algorithm(
            "percentile",
            percentile,
            "移动百分位数法",
            "moving percentile",
            (
                _years(5),
                _width(2),
                Parameter("p", "float", 0.8, "百分位", "quantile", low=0, high=1, open_range=True),
                Parameter("minYears", "int", 3, "最少历史年数", "least past years", low=1, high=50),
                Parameter("minCases", "float", 1, "最少病例数", "least cases for an alarm", low=0),
            ),
        ),
        Algorithm(
            "historical-limits",
            historical_limits,
            "历史限值法",
            "historical limits",
            (
                Parameter("b", "int", 5, "回溯年数", "years back", low=1, high=50),
                Parameter("period", "int", 4, "累计期数", "times in a total", low=1, high=60),
                Parameter("z", "float", 2.0, "标准差倍数", "deviations above the mean"),
            ),
        ),
        Algorithm(
            "fixed-threshold",
            fixed_threshold,
            "固定阈值法",
            "fixed threshold",
            (
                Parameter("threshold", "float", 5, "病例数阈值", "cases", low=0, open_range=True),
                Parameter("window", "int", 1, "累计期数", "times counted", low=1, high=400),
            ),
        ),
        Algorithm("one-case", one_case, "单病例预警", "one case"),
    )
}
"""Time-series detectors. The space-time scan has data of its own: see ``scan``."""


def algorithm(name: str) -> Algorithm:
    """The detector of that name; an unknown name is answered with the nearest known one."""
    if name not in ALGORITHMS:
        names = [*ALGORITHMS, "scan"]
        raise DetectionError(
            "detection.unknown_algorithm",
            f"no algorithm {name!r}{guess(name, names)}",
            name,
            "known: " + ", ".join(names),
        )
    return ALGORITHMS[name]


def detect(
    batch: SeriesBatch,
    name: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    times: IntArray | None = None,
    threads: int = 1,
) -> Detection:
    """Run a detector by name over all series of a batch.

    ``parameters`` are by R's names, values as text or typed; ``times`` are 0-based columns. Raises
    ``DetectionError`` for an unknown name, parameter or value; a series that cannot be decided gets a reason, the
    others go on.
    """
    chosen = algorithm(name)
    keywords = {**chosen.fixed, **parse_all(chosen.parameters, parameters or {}, name)}
    if chosen.threaded:
        keywords["threads"] = threads
    return chosen.run(batch, times=times, **keywords)
