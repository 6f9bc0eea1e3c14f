"""Words of the five shares and of the work behind them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.engines.intake.checks import checks_of
from weijian.exchange.submissions.quality.work import Work
from weijian.foundation.kinds.registry import kind_by_id
from weijian.foundation.ui.presentation import language


@dataclass(frozen=True)
class Words:
    """Name of a share, and what is above and below its line."""

    name: str
    part: str
    whole: str


def dimension_words() -> dict[str, Words]:
    """The five shares in the reader's language."""
    return {
        "completeness": Words(_("完整性"), _("已报或零报告的期数"), _("到期应报的期数")),
        "validity": Words(_("有效性"), _("未被隔离的行"), _("收到的行")),
        "timeliness": Words(_("及时性"), _("按期首次报送的期数"), _("已报送的期数")),
        "consistency": Words(_("一致性"), _("没有警告的入库行"), _("入库的行")),
        "uniqueness": Words(_("唯一性"), _("不与已有内容重复的行"), _("收到的行")),
    }


def dataset_name(dataset: str) -> str:
    """Name of a dataset in the reader's language."""
    kind = kind_by_id(dataset)
    return kind.en if language() == "en" else kind.zh


def work_words(one: Work) -> tuple[str, str]:
    """What is wrong, and what can be done."""
    if one.code == "missing":
        return _("%(period)s 未报") % {"period": one.period}, _("报送或作零报告")
    if one.code == "late":
        return (
            _("%(period)s 迟报 %(days)s 天") % {"period": one.period, "days": one.days_late},
            _("已无法补救,以后按期报送"),
        )
    if one.code == "duplicate":
        return _("重复报送的行"), _("只报新增和更正的行")
    check = next(found for found in checks_of(kind_by_id(one.dataset)) if found.code == one.code)
    return (check.en, check.fix_en) if language() == "en" else (check.zh, check.fix_zh)


def work_url(one: Work, may_send: bool) -> tuple[str, str]:
    """Where the work is done, and the word of the link: the period, the rows to mend, or the receipt."""
    if one.code == "missing":
        return reverse("submissions") + f"?period={one.period}", _("去报送") if may_send else _("查看报送")
    if one.open_rows and may_send:
        return reverse("submissions_mend", args=[one.dataset]), _("下载修改")
    if one.receipt:
        return reverse("submissions_receipt", args=[one.receipt]), _("看回执")
    return "", ""
