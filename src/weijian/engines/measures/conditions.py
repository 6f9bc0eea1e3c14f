"""A component's condition in words: its compiled expression with columns and codes under their names.

Written from the expression that is executed, so that what a reader is told and what is counted cannot part.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis
import sqlglot
from sqlglot import exp

from weijian.definitions.measures import Component, When
from weijian.definitions.record_kinds import RecordKind
from weijian.engines.measures.cubes import ORGANISATION_SCHEMA, filter_table

#: (code list, code, language) → name of the code.
CodeName = Callable[[str, str, str], str]

_ORGANISATION_NAMES = {
    "code": ("机构代码", "institution code", ""),
    "category": ("机构分类", "category of institution", ""),
    "ownership": ("所有制", "ownership", "ownership"),
    "affiliation": ("隶属", "affiliation", "affiliation"),
    "level": ("机构级别", "level", "hospital_level"),
    "nature": ("机构性质", "nature", "institution_nature"),
    "licensed": ("持有执业许可证", "licensed", ""),
    "parent_id": ("上级机构", "parent institution", ""),
}
_OWN_NAMES = {
    "sex": ("性别", "sex", "sex"),
    "age": ("年龄", "age", ""),
    "as_of": ("时点", "the day", ""),
    "link_state": ("关联状态", "link state", ""),
    "subject_id": ("人员", "person", ""),
}
_WORDS = {
    "zh": {
        "and": "且",
        "or": "或",
        "not": "不满足:",
        "is": "为",
        "in": "属于",
        "null": "为空",
        "notnull": "不为空",
        "between": "在",
        "to": "至",
        "contains": "包含",
        "start": "前{}位",
        "days": "距",
        "join": "、",
        "all": "全部记录",
        "now": "期末在册(起始不晚于期末、终止为空或晚于期末)",
        "latest": "各机构期内最近一次报送",
        "mch": "妇幼年度(上年10月至本年9月)",
        "distinct": "每人只计一次",
        "institutions": "机构:",
        "joined": "关联查询",
        "sum": "求和:",
    },
    "en": {
        "and": "and",
        "or": "or",
        "not": "not:",
        "is": "is",
        "in": "is one of",
        "null": "is empty",
        "notnull": "is given",
        "between": "lies between",
        "to": "and",
        "contains": "contains",
        "start": "first {} characters of",
        "days": "since",
        "join": ", ",
        "all": "all records",
        "now": "in force at the period's end",
        "latest": "latest report of each institution",
        "mch": "year of maternal and child health (October to September)",
        "distinct": "each person once",
        "institutions": "institutions:",
        "joined": "joined query",
        "sum": "sum of ",
    },
}
_COMPARED: dict[type[Any], str] = {exp.GT: ">", exp.GTE: "≥", exp.LT: "<", exp.LTE: "≤", exp.NEQ: "≠", exp.EQ: "="}


def condition_in_words(kind: RecordKind, component: Component, code_name: CodeName, lang: str = "zh") -> str:
    """One sentence: which rows of the kind count, of which institutions, on which date."""
    words = _WORDS["zh" if lang.startswith("zh") else "en"]
    index = 0 if lang.startswith("zh") else 1
    names: dict[str, tuple[str, str, str]] = dict(_OWN_NAMES)
    names |= {one.column: (one.zh, one.en, one.codelist or "") for one in kind.fields}
    parts = []
    if component.when is When.AS_OF_END:
        parts.append(words["now"])
    elif component.when is When.LATEST:
        parts.append(words["latest"])
    elif component.when is When.MCH_YEAR:
        parts.append(words["mch"])
    if component.sql is not None:
        parts.append(f"{words['joined']} {' '.join(component.sql.split())}")
    if component.where is not None:
        table = filter_table(kind)
        parts.append(_Reader(names, index, code_name, lang).read(table.select(holds=component.where(table))))
    if component.value is not None:
        table = filter_table(kind)
        parts.append(
            words["sum"] + _Reader(names, index, code_name, lang).read(table.select(holds=component.value(table)))
        )
    if component.organisations is not None:
        table = ibis.table(ORGANISATION_SCHEMA, name="organisation")
        reader = _Reader(_ORGANISATION_NAMES, index, code_name, lang)
        parts.append(words["institutions"] + reader.read(table.select(holds=component.organisations(table))))
    if component.distinct:
        parts.append(words["distinct"])
    return ";".join(parts) if parts else words["all"]


class _Reader:
    """Reads a compiled expression aloud; what it has no words for stays SQL."""

    def __init__(self, names: dict[str, tuple[str, str, str]], index: int, code_name: CodeName, lang: str) -> None:
        self.names = names
        self.index = index
        self.code_name = code_name
        self.lang = lang
        self.words = _WORDS["zh" if index == 0 else "en"]

    def read(self, table: ibis.Table) -> str:
        parsed = sqlglot.parse_one(str(ibis.to_sql(table, dialect="duckdb")), dialect="duckdb")
        holds = next(one for one in parsed.expressions if one.alias == "holds")
        return self.words_of(holds.unalias())

    def words_of(self, node: Any) -> str:
        words = self.words
        match node:
            case exp.Paren():
                inner = self.words_of(node.this)
                return f"({inner})" if isinstance(node.this.unnest(), exp.Or) else inner
            case exp.And():
                return f"{self.words_of(node.left)} {words['and']} {self.words_of(node.right)}"
            case exp.Or():
                return f"{self.words_of(node.left)} {words['or']} {self.words_of(node.right)}"
            case exp.Not(this=exp.Is() as inner):
                return f"{self.words_of(inner.this)} {words['notnull']}"
            case exp.Not():
                return f"{words['not']}{self.words_of(node.this)}"
            case exp.Is():
                return f"{self.words_of(node.this)} {words['null']}"
            case exp.In():
                column = node.this.find(exp.Column)
                values = words["join"].join(self._literal(one, column) for one in node.expressions)
                return f"{self.words_of(node.this)} {words['in']} {values}"
            case exp.Between():
                column = node.this.find(exp.Column)
                low, high = (self._literal(node.args[name], column) for name in ("low", "high"))
                return f"{self.words_of(node.this)} {words['between']} {low} {words['to']} {high}"
            case exp.EQ() | exp.NEQ() | exp.GT() | exp.GTE() | exp.LT() | exp.LTE():
                column = node.left.find(exp.Column)
                return f"{self.words_of(node.left)} {_COMPARED[type(node)]} {self._literal(node.right, column)}"
            case exp.Column():
                return self.names.get(node.name, (node.name, node.name, ""))[self.index]
            case exp.Substring() | exp.Cast() | exp.Coalesce():
                return self.words_of(node.this)
            case exp.Case() | exp.If():
                found = node.find(exp.Column)
                return self.words_of(found) if found is not None else node.sql(dialect="duckdb")
            case _:
                return self._spelled(node)

    def _spelled(self, node: Any) -> str:
        """SQL with the columns under their names."""
        named = node.copy()
        for column in named.find_all(exp.Column):
            column.replace(exp.to_identifier(self.words_of(column)))
        return str(named.sql(dialect="duckdb").replace('"', ""))

    def _literal(self, node: Any, column: Any) -> str:
        if not isinstance(node, exp.Literal):
            return self.words_of(node)
        text = str(node.this)
        codelist = self.names.get(column.name, ("", "", ""))[2] if column is not None else ""
        return self.code_name(codelist, text, self.lang) if codelist and codelist != "icd10" else text
