"""Code lists of the content with what a bureau added to them or ended: a new vaccine, a kind of visit no longer used.

An added code is understood from its day on. An ended one is no longer offered from its day on; it is still understood,
because records of the days before may come late or be corrected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from weijian import content
from weijian.foundation.content_editing.models import ContentEdit
from weijian.kernel.errors import WeijianError

PREFIX = "code:"
#: Lists whose codes definitions, rules and measures name one by one, or whose text belongs to somebody else (ICD-10):
#: they change with the product.
FIXED = frozenset(
    {
        "affiliation", "case_class", "condition", "hospital_class", "hospital_level", "icd10_3char", "icd10_chapters",
        "institution_nature", "institution_type", "ownership", "population_basis", "sex", "visit_type",
    }
)  # fmt: skip
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]{0,11}")


@dataclass(frozen=True)
class ListedCode:
    """One code of a list with the days between which it is offered; ``edit`` is the id of what a bureau changed last."""

    code: str
    zh: str
    en: str
    valid_from: date | None
    valid_to: date | None
    source: str
    edit: int | None = None

    def offered_on(self, day: date) -> bool:
        """Whether templates and forms offer it on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


def editable_lists() -> dict[str, Mapping[str, str]]:
    """Lists that may be edited on a page, by id, as the index of lists describes them."""
    return {row["id"]: row for row in content.read_csv("codes/index.csv") if row["id"] not in FIXED}


def item_of(list_id: str, code: str) -> str:
    """Name under which proposals keep a code."""
    return f"{PREFIX}{list_id}:{code}"


def codes_of(list_id: str) -> dict[str, ListedCode]:
    """Every code of a list: as shipped, then as approved edits leave it; also codes not offered any more."""
    shipped = _shipped(list_id)
    if list_id in FIXED:
        return dict(shipped)
    return shipped | _edited(list_id, _latest_edit(list_id))


def checked_addition(list_id: str, code: str, zh: str, en: str) -> str:
    """The value of a proposal that adds a code. Raises ``content.unknown``, ``content.code``, ``content.names``."""
    _known_list(list_id)
    code, zh, en = code.strip(), zh.strip(), en.strip()
    if not _CODE.fullmatch(code):
        raise WeijianError(
            "content.code", "代码只能用字母、数字、点和短横,最多12位。", item_of(list_id, code), "换一个代码"
        )
    if not zh or not en:
        raise WeijianError("content.names", "中文和英文名称都要填写。", item_of(list_id, code), "填写两种名称")
    standing = codes_of(list_id)
    taken = {one.upper() for found in standing.values() for one in (found.code, found.zh)}
    if {code.upper(), zh.upper()} & taken:
        raise WeijianError("content.code", "代码或名称已在表中。", item_of(list_id, code), "代码不重复使用,换一个代码")
    return json.dumps({"act": "add", "zh": zh, "en": en}, ensure_ascii=False)


def checked_end(list_id: str, code: str, day: date) -> str:
    """The value of a proposal that ends a code. Raises ``content.unknown`` where it does not stand or has ended."""
    _known_list(list_id)
    standing = codes_of(list_id).get(code)
    if standing is None or standing.valid_to is not None or (standing.valid_from or day) > day:
        raise WeijianError("content.unknown", "没有这个在用的代码。", item_of(list_id, code), "从列表选择")
    return json.dumps({"act": "end"})


def said(value: str) -> tuple[str, str]:
    """What a proposal does to a code: ``add`` or ``end``, and the name it adds."""
    change = json.loads(value)
    return change["act"], change.get("zh", "")


def _known_list(list_id: str) -> None:
    if list_id not in editable_lists():
        raise WeijianError("content.unknown", "没有这项可维护的内容。", list_id, "从列表选择")


def _latest_edit(list_id: str) -> tuple[int, str]:
    """What approved edits of a list there are, in one small query: a process notices what another one approved."""
    found = (
        ContentEdit.objects.filter(item__startswith=item_of(list_id, ""), state=ContentEdit.State.APPROVED)
        .order_by("-decided_at", "-id")
        .values_list("id", "decided_at")
        .first()
    )
    return (0, "") if found is None else (found[0], str(found[1]))


@lru_cache(maxsize=64)
def _shipped(list_id: str) -> dict[str, ListedCode]:
    return {
        row["code"]: ListedCode(
            row["code"], row["zh"], row["en"], _day(row, "valid_from"), _day(row, "valid_to"), row.get("source", "")
        )
        for row in content.read_csv(f"codes/{list_id}.csv")
    }


@lru_cache(maxsize=256)
def _edited(list_id: str, latest: tuple[int, str]) -> dict[str, ListedCode]:
    """Codes that approved edits added or ended; ``latest`` says which edits there are."""
    found: dict[str, ListedCode] = {}
    if not latest[0]:
        return found
    shipped = _shipped(list_id)
    edits = ContentEdit.objects.filter(item__startswith=item_of(list_id, ""), state=ContentEdit.State.APPROVED)
    for edit in edits.order_by("decided_at", "id"):
        code, change = edit.item.removeprefix(item_of(list_id, "")), json.loads(edit.value)
        if change["act"] == "add":
            found[code] = ListedCode(code, change["zh"], change["en"], edit.valid_from, None, edit.source, edit.pk)
        elif code in found or code in shipped:
            last = date.fromordinal(edit.valid_from.toordinal() - 1)
            standing = found.get(code) or shipped[code]
            found[code] = replace(standing, valid_to=last, source=edit.source, edit=edit.pk)
    return found


def _day(row: Mapping[str, str], name: str) -> date | None:
    return date.fromisoformat(row[name]) if row.get(name) else None
