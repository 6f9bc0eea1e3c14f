"""The checks of a record kind in one fixed order: those that follow from its fields, then the rules that it declares.

The position of a warning in this order is its bit in a fact's ``flags``; fingerprints change when the order does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from weijian.definitions.fields import Field, FieldType
from weijian.definitions.record_kinds import RecordKind, Severity


@dataclass(frozen=True)
class Check:
    """One possible reason: its code, what it means and what the clerk can do; ``field`` names the field concerned.

    ``part`` names the column of the template that is meant where the field takes several (a person).
    """

    code: str
    severity: Severity
    field: str
    zh: str
    en: str
    fix_zh: str
    fix_en: str
    part: str = ""

    @property
    def column(self) -> str:
        """Name of the template's column in which the flaw stands."""
        return f"{self.field}_{self.part}" if self.part else self.field


@cache
def checks_of(kind: RecordKind) -> tuple[Check, ...]:
    """All checks of a kind, errors and warnings, in their fixed order."""
    found: list[Check] = []
    for field in kind.fields:
        found += _field_checks(field)
    for rule in kind.rules:
        field_name = rule.fields[0] if rule.fields else kind.source_id.name
        found.append(Check(rule.code, rule.severity, field_name, rule.zh, rule.en, rule.fix_zh, rule.fix_en))
    return tuple(found)


def warnings_of(kind: RecordKind) -> tuple[Check, ...]:
    """The warnings in bit order."""
    return tuple(check for check in checks_of(kind) if check.severity is Severity.WARNING)


def flag_names(kind: RecordKind, flags: int) -> tuple[str, ...]:
    """Codes of the warnings that are set in a fact's ``flags``."""
    return tuple(check.code for bit, check in enumerate(warnings_of(kind)) if flags >> bit & 1)


def _field_checks(field: Field) -> list[Check]:
    if field.type is FieldType.PERSON:
        return _person_checks(field)
    severity = Severity.ERROR if field.required else Severity.WARNING
    found = []
    if field.required:
        found.append(
            Check(f"{field.name}.required", Severity.ERROR, field.name, f"{field.zh}未填写", f"{field.en} is missing",
                  f"填写{field.zh}", f"Fill in {field.en}")
        )  # fmt: skip
    if field.type not in (FieldType.TEXT, FieldType.SOURCE_ID):
        found.append(
            Check(f"{field.name}.invalid", severity, field.name, f"{field.zh}{_INVALID_ZH[field.type]}",
                  f"{field.en} {_INVALID_EN[field.type]}", _REMEDY_ZH[field.type], _REMEDY_EN[field.type])
        )  # fmt: skip
    if field.type is FieldType.DATE and not field.future:
        found.append(
            Check(f"{field.name}.future", severity, field.name, f"{field.zh}晚于接收日期", f"{field.en} lies in the future",
                  "核对年份和月份", "Check year and month")
        )  # fmt: skip
    if field.minimum is not None or field.maximum is not None or field.max_length is not None:
        found.append(
            Check(f"{field.name}.range", severity, field.name, f"{field.zh}超出允许范围", f"{field.en} is out of range",
                  f"允许范围 {_range_text(field)}", f"Allowed: {_range_text(field, english=True)}")
        )  # fmt: skip
    return found


def _person_checks(field: Field) -> list[Check]:
    severity = Severity.ERROR if field.required else Severity.WARNING
    name = field.name
    return [
        Check(f"{name}.unknown_person", severity, name, f"{field.zh}没有姓名也没有证件号码", f"{field.en} has neither name nor number",
              "填写姓名或证件号码", "Fill in the name or the document number", "name"),
        Check(f"{name}.check_digit", Severity.WARNING, name, "身份证号码校验不通过", "The resident ID number fails its check",
              "核对身份证原件,在Excel中把号码列设为文本;更正前该行不关联到个人",
              "Compare with the card, and keep the column as text in Excel; until then the row stays unlinked", "id_no"),
        Check(f"{name}.no_number", Severity.WARNING, name, "没有证件号码", "There is no document number",
              "补填证件号码", "Fill in the document number", "id_no"),
        Check(f"{name}.birth_date", Severity.WARNING, name, "出生日期无法识别或与身份证不符", "Date of birth is unreadable or differs from the ID",
              "核对出生日期", "Check the date of birth", "birth_date"),
        Check(f"{name}.sex", Severity.WARNING, name, "性别无法识别或与身份证不符", "Sex is unreadable or differs from the ID",
              "核对性别", "Check the sex", "sex"),
    ]  # fmt: skip


def _range_text(field: Field, *, english: bool = False) -> str:
    if field.max_length is not None:
        return f"at most {field.max_length} characters" if english else f"最多{field.max_length}个字"
    divisor = 100 if field.type is FieldType.MONEY else 1
    low = "" if field.minimum is None else _bound(field.minimum, divisor)
    high = "" if field.maximum is None else _bound(field.maximum, divisor)
    # Units are declared in Chinese; money is the only one that goes without saying in a template.
    unit = (" yuan" if field.type is FieldType.MONEY else "") if english else field.unit
    if not low or not high:
        return (f"{high}{unit} or less" if high else f"{low}{unit} or more") if english else (
            f"不大于{high}{unit}" if high else f"不小于{low}{unit}")  # fmt: skip
    return f"{low}–{high}{unit}"


def _bound(value: object, divisor: int) -> str:
    if isinstance(value, int):
        return f"{value // divisor:,}"
    return f"{value}"


_INVALID_ZH = {
    FieldType.ORGANISATION: "不在机构名录中",
    FieldType.AREA: "不在行政区划中",
    FieldType.DATE: "不是有效日期",
    FieldType.CODE: "不在代码表中",
    FieldType.CODES: "含有代码表以外的代码",
    FieldType.MONEY: "不是金额",
    FieldType.INTEGER: "不是整数",
    FieldType.DECIMAL: "不是数字",
    FieldType.BOOLEAN: "不是“是”或“否”",
}
_INVALID_EN = {
    FieldType.ORGANISATION: "is no known institution",
    FieldType.AREA: "is no known area",
    FieldType.DATE: "is no date",
    FieldType.CODE: "is not in the code list",
    FieldType.CODES: "holds codes outside the list",
    FieldType.MONEY: "is no amount",
    FieldType.INTEGER: "is no whole number",
    FieldType.DECIMAL: "is no number",
    FieldType.BOOLEAN: "is neither yes nor no",
}
_REMEDY_ZH = {
    FieldType.ORGANISATION: "按机构名录填写机构代码",
    FieldType.AREA: "按区划代码表填写12位村居代码或9位镇街代码",
    FieldType.DATE: "按 2017-03-05 的形式填写",
    FieldType.CODE: "按模板“代码”页填写",
    FieldType.CODES: "多个代码用分号隔开,均须在模板“代码”页中",
    FieldType.MONEY: "以元为单位,最多两位小数",
    FieldType.INTEGER: "填写整数",
    FieldType.DECIMAL: "填写数字",
    FieldType.BOOLEAN: "填写“是”或“否”",
}
_REMEDY_EN = {
    FieldType.ORGANISATION: "Use the code of the institution list",
    FieldType.AREA: "Use the 12-digit village or 9-digit street code",
    FieldType.DATE: "Write it as 2017-03-05",
    FieldType.CODE: "Use a code of the template's code sheet",
    FieldType.CODES: "Separate codes by semicolons; each must be in the code sheet",
    FieldType.MONEY: "In yuan with at most two decimals",
    FieldType.INTEGER: "Write a whole number",
    FieldType.DECIMAL: "Write a number",
    FieldType.BOOLEAN: "Write 是 or 否",
}
