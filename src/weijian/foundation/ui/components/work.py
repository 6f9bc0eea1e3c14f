"""Values behind what is owed and what happened: inbox rows, job progress, receipts, timelines, steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from weijian.foundation.ui.components.text import Text


@dataclass(frozen=True, slots=True)
class ObligationRow:
    """One thing that a person must do. ``due_at`` is aware; None means that no clock runs."""

    title: Text
    url: str
    kind: Text = ""
    subject: Text = ""
    responsible: Text = ""
    source: Text = ""
    due_at: datetime | None = None
    closed_at: datetime | None = None
    action_label: Text = ""
    action_url: str = ""


@dataclass(frozen=True, slots=True)
class JobProgress:
    """Long work under way or ended. The partial polls ``poll_url`` until ``state`` is no longer running.

    ``done`` and ``total`` count ``unit`` (行, 个文件); ``seconds_left`` None means not yet known.
    """

    title: Text
    state: Literal["waiting", "running", "succeeded", "failed", "cancelled"]
    poll_url: str = ""
    done: int = 0
    total: int | None = None
    unit: Text = ""
    step: Text = ""
    seconds_left: int | None = None
    started_at: datetime | None = None
    result_url: str = ""
    result_label: Text = ""
    cancel_url: str = ""
    error: Text = ""

    @property
    def active(self) -> bool:
        """Whether the page should ask again."""
        return self.state in ("waiting", "running")

    @property
    def percent(self) -> int | None:
        """Whole percent done, at most 99 while it runs, so that 100 means finished."""
        if self.state == "succeeded":
            return 100
        if not self.total:
            return None
        return min(99, self.done * 100 // self.total)


@dataclass(frozen=True, slots=True)
class ReceiptReason:
    """Rows held back or warned about for one reason, with the remedy."""

    label: Text
    rows: int
    remedy: Text = ""
    warning: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptSummary:
    """The outcome of a submission; received = accepted + duplicate + superseded + quarantined.

    A ``repeated`` file is one that was sent before byte for byte, a ``refused`` one could not be read at all.
    """

    title: Text
    number: str
    received_at: datetime
    received: int
    accepted: int
    warned: int
    duplicate: int
    superseded: int
    quarantined: int
    reasons: Sequence[ReceiptReason] = ()
    submitted_by: Text = ""
    file_name: str = ""
    fix_url: str = ""
    template_url: str = ""
    outcome: Literal["taken", "repeated", "refused"] = "taken"

    @property
    def balanced(self) -> bool:
        """Whether every received row is accounted for; the page says so either way."""
        return self.received == self.accepted + self.duplicate + self.superseded + self.quarantined


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field before and after, for a history entry."""

    label: Text
    before: Text = ""
    after: Text = ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Something that happened to a record or matter, newest first in a timeline."""

    at: datetime
    title: Text
    actor: Text = ""
    note: Text = ""
    changes: Sequence[FieldChange] = ()
    tone: Literal["plain", "good", "bad"] = "plain"


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of a matter or a sign-off; exactly one step is ``now`` while it is under way."""

    label: Text
    state: Literal["done", "now", "ahead", "returned"] = "ahead"
    note: Text = ""
