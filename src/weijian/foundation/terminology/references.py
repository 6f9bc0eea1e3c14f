"""Reference tables for intake as Arrow: institutions and areas of the database, code lists of the content."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

import pyarrow as pa

from weijian import content
from weijian.engines.intake.engine import References
from weijian.foundation.areas.models import Area
from weijian.foundation.content_editing.code_lists import codes_of, editable_lists
from weijian.foundation.organisations.models import Organisation

#: Open end of a validity, so that a date can be compared with BETWEEN.
OPEN_END = date(9999, 12, 31)

#: Code lists whose file has another name than the list.
_FILES = {"icd10": "icd10_3char"}


def references() -> References:
    """All three reference tables as they stand now."""
    organisations = list(Organisation.objects.values_list("code", "id", "area_id", "valid_from", "valid_to"))
    areas = list(Area.objects.values_list("code", "id", "valid_from", "valid_to"))
    return References(
        organisations=_table(organisations, ("code", "organisation_id", "area_id", "valid_from", "valid_to")),
        areas=_table(areas, ("code", "area_id", "valid_from", "valid_to")),
        codes=code_table(),
    )


def code_table() -> pa.Table:
    """Every code list with what the bureau added: list, alias (upper case code or Chinese name), code."""
    table = _shipped_codes()
    added = [
        (name, alias, one.code)
        for name in editable_lists()
        for one in codes_of(name).values()
        if one.edit is not None and one.code not in _names(name, "zh")
        for alias in (one.code.upper(), one.zh.upper())
    ]
    if not added:
        return table
    lists, aliases, codes = (pa.array(column, pa.string()) for column in zip(*added, strict=True))
    return pa.concat_tables([table, pa.table({"list": lists, "alias": aliases, "code": codes})])


@cache
def _shipped_codes() -> pa.Table:
    rows: dict[tuple[str, str], str] = {}
    for name in code_lists():
        for row in content.read_csv(f"codes/{_FILES.get(name, name)}.csv"):
            # Only ICD-10 is kept by blocks; elsewhere a dash is part of a code (vaccine MPV-A).
            first, _dash, last = row["code"].partition("-") if name == "icd10" else (row["code"], "", "")
            for code in expand_range(first, last or first):
                rows.setdefault((name, code.upper()), code)
            rows.setdefault((name, row["zh"].upper()), row["code"])
    return pa.table(
        {
            "list": pa.array([key[0] for key in rows], pa.string()),
            "alias": pa.array([key[1] for key in rows], pa.string()),
            "code": pa.array(list(rows.values()), pa.string()),
        }
    )


def code_lists() -> tuple[str, ...]:
    """Names of all code lists that a field may name."""
    folder = content.path("codes/index.csv").parent
    names = {path.stem for path in folder.glob("*.csv")} - {"index", "icd10_chapters", "icd10_3char"}
    return tuple(sorted(names | {"icd10"}))


def expand_range(first: str, last: str) -> list[str]:
    """``V01`` to ``V99`` as its three-character codes; external causes are kept by range in the ICD-10 list."""
    if first == last or len(first) != 3 or len(last) != 3:
        return [first]
    letters = [chr(letter) for letter in range(ord(first[0]), ord(last[0]) + 1)]
    found = [f"{letter}{number:02d}" for letter in letters for number in range(100)]
    return [one for one in found if first <= one <= last]


def list_title(name: str) -> str:
    """Chinese name of a code list."""
    file = _FILES.get(name, name)
    return next((row["zh"] for row in content.read_csv("codes/index.csv") if row["id"] == file), name)


def code_name(list_name: str, code: str, lang: str = "zh") -> str:
    """Name of a code in a language, the code itself where the list does not have it."""
    shipped = _names(list_name, lang)
    if code in shipped or not code or list_name not in editable_lists():
        return shipped.get(code, code)
    added = codes_of(list_name).get(code)
    return code if added is None else (added.en if lang == "en" else added.zh)


def codes_offered(list_name: str, day: date) -> list[tuple[str, str]]:
    """Codes of a list that templates and forms offer on a day, with their Chinese names."""
    if list_name not in editable_lists():
        return [(row["code"], row["zh"]) for row in content.read_csv(f"codes/{_FILES.get(list_name, list_name)}.csv")]
    return [(one.code, one.zh) for one in codes_of(list_name).values() if one.offered_on(day)]


@cache
def _names(list_name: str, lang: str) -> dict[str, str]:
    return {row["code"]: row[lang] for row in content.read_csv(f"codes/{_FILES.get(list_name, list_name)}.csv")}


def _table(rows: Sequence[tuple[object, ...]], names: tuple[str, ...]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    arrays = []
    for name, column in zip(names, columns, strict=True):
        if name == "valid_to":
            arrays.append(pa.array([value or OPEN_END for value in column], pa.date32()))
        elif name == "valid_from":
            arrays.append(pa.array(list(column), pa.date32()))
        elif name == "code":
            arrays.append(pa.array(list(column), pa.string()))
        else:
            arrays.append(pa.array(list(column), pa.int64()))
    return pa.table(dict(zip(names, arrays, strict=True)))
