"""Reads the list of accounts that a bureau hands in (Excel or CSV) and says row by row what is wrong before anything is made."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import python_calamine

from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.security import OF_AN_INSTITUTION
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.errors import WeijianError

#: Headings in Chinese as the bureau writes them; their English names are understood too.
COLUMNS = {
    "账号": "username",
    "姓名": "full_name",
    "角色": "role",
    "机构代码": "organisation",
    "科室": "department",
    "敏感级别": "sensitivity",
}

#: Endings of workbooks; everything else is read as CSV.
WORKBOOKS = (".xlsx", ".xls", ".ods")

#: A list longer than this is a mistake (a whole sheet of blank rows, another file).
MAX_ROWS = 5000


@dataclass(frozen=True)
class WantedAccount:
    """One row of the list."""

    username: str
    full_name: str
    role: Role
    organisation: Organisation | None
    department: str
    sensitivity: int


def read_accounts(content: bytes, filename: str) -> list[WantedAccount]:
    """Rows of a workbook's first sheet, or of CSV in UTF-8 or GB18030; role by its id or its Chinese name.

    Raises ``account.import`` naming the first ten faulty rows; then nothing is to be made.
    """
    name = Path(filename).name
    rows = list(_workbook(content, name) if name.lower().endswith(WORKBOOKS) else _csv(content, name))
    if not rows or "username" not in rows[0][1]:
        raise WeijianError("account.import", "表头缺少“账号”列或没有行。", name, "表头:" + ",".join(COLUMNS))
    if len(rows) > MAX_ROWS:
        raise WeijianError("account.import", f"超过 {MAX_ROWS} 行。", name, "分成几份导入")
    roles = {**{role.value: role for role in Role}, **{str(role.label): role for role in Role}}
    institutions = {one.code: one for one in Organisation.objects.all()}
    taken = set(User.objects.values_list("username", flat=True))
    wanted, faults = [], []
    for number, row in rows:
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
                row["username"], row.get("full_name", ""), role, organisation, row.get("department", ""), level
            )
        )
    if faults:
        more = f";另有 {len(faults) - 10} 行" if len(faults) > 10 else ""
        raise WeijianError("account.import", ";".join(faults[:10]) + more, name, "改正后重新导入,目前没有新建任何账号")
    return wanted


def _fault(row: Mapping[str, str], role: Role | None, organisation: Organisation | None, taken: set[str]) -> str:
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


def _named(lines: Iterable[tuple[int, list[str]]]) -> Iterable[tuple[int, dict[str, str]]]:
    """(line number, value by column) of what follows the heading; blank lines are no rows."""
    heading: list[str] | None = None
    for number, line in lines:
        texts = [text.strip() for text in line]
        if not any(texts):
            continue
        if heading is None:
            heading = [COLUMNS.get(text, text) for text in texts]
        else:
            yield number, dict(zip(heading, texts, strict=False))


def _csv(content: bytes, name: str) -> Iterable[tuple[int, dict[str, str]]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        reader = csv.reader(io.StringIO(text))
        return _named((reader.line_num, line) for line in reader)
    raise WeijianError("account.import", "文件编码不是 UTF-8 或 GB18030。", name, "另存为 CSV UTF-8")


def _workbook(content: bytes, name: str) -> Iterable[tuple[int, dict[str, str]]]:
    try:
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        lines = sheet.to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, ValueError, OSError):
        raise WeijianError("account.import", "工作簿打不开。", name, "请用 Excel 另存为 .xlsx 后再试") from None
    return _named((number, [_text(value) for value in line]) for number, line in enumerate(lines, start=1))


def _text(value: object) -> str:
    """A cell as it was meant: Excel keeps 3 and a code of digits as numbers."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
