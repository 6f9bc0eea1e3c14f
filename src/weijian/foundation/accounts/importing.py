"""Reads the list of accounts that a bureau hands in (CSV) and says row by row what is wrong before anything is made."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.security import OF_AN_INSTITUTION
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.errors import WeijianError

#: Headings in Chinese as the bureau writes them, and in English.
COLUMNS = {
    "账号": "username",
    "姓名": "full_name",
    "角色": "role",
    "机构代码": "organisation",
    "科室": "department",
    "敏感级别": "sensitivity",
}


@dataclass(frozen=True)
class WantedAccount:
    """One row of the list."""

    username: str
    full_name: str
    role: Role
    organisation: Organisation | None
    department: str
    sensitivity: int


def read_accounts(file: Path) -> list[WantedAccount]:
    """Rows of a CSV file in UTF-8 or GB18030; role by its id or its Chinese name.

    Raises ``account.import`` naming the first ten faulty rows; then nothing is to be made.
    """
    rows = list(csv.DictReader(io.StringIO(_text(file))))
    if not rows or "username" not in {COLUMNS.get(name, name) for name in rows[0]}:
        raise WeijianError("account.import", "表头缺少“账号”列或没有行。", file.name, "表头:" + ",".join(COLUMNS))
    roles = {**{role.value: role for role in Role}, **{str(role.label): role for role in Role}}
    institutions = {one.code: one for one in Organisation.objects.all()}
    taken = set(User.objects.values_list("username", flat=True))
    wanted, faults = [], []
    for number, raw in enumerate(rows, start=2):
        row = {COLUMNS.get(name, name): (text or "").strip() for name, text in raw.items() if name}
        role = roles.get(row.get("role", ""))
        organisation = institutions.get(row.get("organisation", ""))
        fault = _fault(row, role, organisation, taken)
        if fault or role is None:
            faults.append(f"第{number}行:{fault}")
            continue
        taken.add(row["username"])
        level = int(row.get("sensitivity") or 3)
        wanted.append(
            WantedAccount(
                row["username"],
                row.get("full_name", ""),
                role,
                organisation,
                row.get("department", ""),
                level,
            )
        )
    if faults:
        raise WeijianError("account.import", ";".join(faults[:10]), file.name, "改正后重新导入,目前没有新建任何账号")
    return wanted


def _fault(row: dict[str, str], role: Role | None, organisation: Organisation | None, taken: set[str]) -> str:
    if not row.get("username"):
        return "账号为空"
    if row["username"] in taken:
        return f"账号 {row['username']} 已存在或重复"
    if role is None:
        return f"没有角色“{row.get('role', '')}”"
    if row.get("organisation") and organisation is None:
        return f"没有机构 {row['organisation']}"
    if role in OF_AN_INSTITUTION and organisation is None:
        return f"角色“{role.label}”需要机构代码"
    if row.get("sensitivity") and row["sensitivity"] not in {"1", "2", "3", "4", "5"}:
        return "敏感级别应为1到5"
    return ""


def _text(file: Path) -> str:
    content = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WeijianError("account.import", "文件编码不是 UTF-8 或 GB18030。", file.name, "另存为 CSV UTF-8")
