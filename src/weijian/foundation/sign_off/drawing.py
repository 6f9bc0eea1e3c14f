"""How the state of a figure is written on pages: 终审数 or 初步数 with the counts behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from weijian.foundation.sign_off.queries import SignOff
from weijian.foundation.ui.components import Cell


@dataclass(frozen=True)
class Badge:
    """A word, its tone, and the counts in words."""

    word: str
    tone: Literal["good", "warn"]
    counts: str


def badge_of(state: SignOff) -> Badge:
    """The state in words."""
    if not state.owed:
        return Badge(_("初步数"), "warn", _("没有生成报送任务"))
    counts = _("已签核 %(signed)s / 应报 %(owed)s 机构期") % {"signed": f"{state.signed:,}", "owed": f"{state.owed:,}"}
    return Badge(_("终审数") if state.final else _("初步数"), "good" if state.final else "warn", counts)


def cell_of(state: SignOff) -> Cell:
    """The state as a cell of a table."""
    badge = badge_of(state)
    short = f"{state.signed:,} / {state.owed:,}" if state.owed else ""
    return Cell(text=badge.word, tone=badge.tone, note=short)


def state_name(state: str) -> str:
    """Name of a dataset period's state, for lists of what is not signed."""
    return {
        "not_sent": _("未报"),
        "sent": _("已报"),
        "returned": _("退回"),
        "zero": _("零报告"),
    }.get(state, state)
