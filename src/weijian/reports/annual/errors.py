"""What can stand in the way of writing and signing a report, worded for the person who must act."""

from __future__ import annotations

from weijian.kernel.errors import WeijianError


class EditConflict(WeijianError):
    """Somebody else saved the section meanwhile. Both texts are here, so that nothing is lost."""

    def __init__(self, mine: str, theirs: str, version: int, saved_by: str) -> None:
        self.mine = mine
        self.theirs = theirs
        self.version = version
        self.saved_by = saved_by
        super().__init__(
            "report.edit_conflict",
            f"{saved_by or '另一人'}在您编辑时保存了这一节。",
            "",
            "对照两份文字,合并后再保存。",
        )

    def their_lines(self) -> list[str]:
        """Paragraphs of the saved text that mine does not hold as they are: what has to be merged."""
        mine = set(self.mine.splitlines())
        return [line for line in self.theirs.splitlines() if line.strip() and line not in mine]


def closed(state: str) -> WeijianError:
    """The report no longer takes edits."""
    return WeijianError("report.closed", f"报告{state},不能再改。", "", "需要修改时由局领导退回。")


def not_yours(what: str) -> WeijianError:
    """The account may not do this."""
    return WeijianError("report.not_yours", what, "", "请由负责的科室或办公室办理。")


def wrong_state(what: str, fix: str) -> WeijianError:
    """The step is not due yet, or over."""
    return WeijianError("report.wrong_state", what, "", fix)
