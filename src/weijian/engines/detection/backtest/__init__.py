"""Back-test: replay a detector over history and say how often, how early and how falsely it would have sounded."""

from weijian.engines.detection.backtest.inject import Injection, inject_outbreaks, parse_injection
from weijian.engines.detection.backtest.outbreaks import Outbreak, marked_outbreaks, read_outbreaks
from weijian.engines.detection.backtest.replay import Comparison, Row, run_backtest
from weijian.engines.detection.backtest.scores import Loss, Scores, score
from weijian.engines.detection.backtest.table import comparison_table

__all__ = [
    "Comparison", "Injection", "Loss", "Outbreak", "Row", "Scores", "comparison_table", "inject_outbreaks",
    "marked_outbreaks", "parse_injection", "read_outbreaks", "run_backtest", "score",
]  # fmt: skip
