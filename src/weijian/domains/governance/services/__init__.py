"""Every change of state of plans, their progress and their supervised tasks."""

from weijian.domains.governance.services.attachments import Uploaded
from weijian.domains.governance.services.plans import (
    decide_completion,
    load_plan,
    request_completion,
    revise_target,
)
from weijian.domains.governance.services.progress import open_progress_dues, report_progress
from weijian.domains.governance.services.supervision import (
    answer,
    close_by_hand,
    close_by_measurement,
    remind,
    remind_due,
    supervise,
)

__all__ = [
    "Uploaded",
    "answer",
    "close_by_hand",
    "close_by_measurement",
    "decide_completion",
    "load_plan",
    "open_progress_dues",
    "remind",
    "remind_due",
    "report_progress",
    "request_completion",
    "revise_target",
    "supervise",
]
