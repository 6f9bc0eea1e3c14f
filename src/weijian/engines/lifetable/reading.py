"""Reads the ``age, population, deaths`` table of a life table and names every row that cannot be right."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from weijian.engines.lifetable.grid import AgeGrid, AgeLabel, missing_ages, parse_age
from weijian.kernel.errors import WeijianError
from weijian.kernel.text import to_half_width

COLUMNS: dict[str, frozenset[str]] = {
    "age": frozenset({"age", "年龄", "年龄组"}),
    "population": frozenset({"population", "人口", "人口数", "平均人口", "平均人口数"}),
    "deaths": frozenset({"deaths", "死亡", "死亡数", "死亡人数"}),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: line of the file (0: the whole file), column, and what is wrong in both languages."""

    line: int
    column: str
    zh: str
    en: str

    def text(self, lang: str) -> str:
        """One line for a person."""
        zh = lang.startswith("zh")
        place = (f"第{self.line}行 " if zh else f"line {self.line} ") if self.line else ""
        return f"{place}{self.column}: {self.zh if zh else self.en}"


class LifeTableInputError(WeijianError):
    """The table cannot be used; ``problems`` names each fault."""

    exit_code = 2

    def __init__(self, where: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "lifetable.input",
            f"The life table input has {len(self.problems)} fault(s).",
            where,
            "Columns are age, population, deaths; ages are 0, 1, 5, 10 … 85+ or 0, 1 … 100+.",
        )


@dataclass(frozen=True, slots=True)
class LifeTableInput:
    """A checked table: population (person-years) and deaths of each age interval."""

    grid: AgeGrid
    population: tuple[float, ...]
    deaths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    age: AgeLabel
    population: float
    deaths: float


def read_life_table_input(content: bytes, where: str = "") -> LifeTableInput:
    """Check and read a CSV (UTF-8 or GB18030; comma, semicolon, tab). Raises :class:`LifeTableInputError`."""
    lines = _decode(content, where).splitlines()
    header = next((line for line in lines if line.strip()), "")
    delimiter = max(",;\t", key=header.count)
    records = [(n, cells) for n, cells in _numbered(lines, delimiter) if any(cell.strip() for cell in cells)]
    problems: list[Problem] = []
    rows: list[_Row] = []
    places = _columns(records[0][1] if records else [], problems)
    for line, cells in records[1:] if places else []:
        row = _read_row(line, cells, places, problems)
        if row is not None:
            rows.append(row)
    if not problems:
        _check_ages(rows, problems)
    if problems:
        raise LifeTableInputError(where, problems)
    grid = AgeGrid(tuple(row.age.low for row in rows))
    return LifeTableInput(grid, tuple(row.population for row in rows), tuple(row.deaths for row in rows))


def _decode(content: bytes, where: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    fault = Problem(0, "", "文件不是UTF-8或GB18030编码的文本", "the file is neither UTF-8 nor GB18030 text")
    raise LifeTableInputError(where, [fault])


def _numbered(lines: Sequence[str], delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter)
    return [(reader.line_num, cells) for cells in reader]


def _columns(header: Sequence[str], problems: list[Problem]) -> dict[str, int]:
    names = [to_half_width(cell).strip().lower() for cell in header]
    places: dict[str, int] = {}
    for column, accepted in COLUMNS.items():
        found = [place for place, name in enumerate(names) if name in accepted]
        if len(found) == 1:
            places[column] = found[0]
        elif found:
            problems.append(Problem(1, column, "该列出现多次", "the column stands more than once"))
        else:
            problems.append(Problem(1, column, "缺少该列", "the column is missing"))
    return {} if problems else places


def _read_row(line: int, cells: Sequence[str], places: dict[str, int], problems: list[Problem]) -> _Row | None:
    texts = {column: cells[place].strip() if place < len(cells) else "" for column, place in places.items()}
    age = parse_age(texts["age"])
    if age is None:
        problems.append(Problem(line, "age", "不是年龄", "this is not an age"))
    population = _number(line, "population", texts["population"], problems)
    deaths = _number(line, "deaths", texts["deaths"], problems)
    if population is not None and deaths is not None and deaths > population:
        problems.append(Problem(line, "deaths", "死亡数多于人口数", "more deaths than population"))
    if age is None or population is None or deaths is None:
        return None
    return _Row(line, age, population, deaths)


def _number(line: int, column: str, text: str, problems: list[Problem]) -> float | None:
    plain = to_half_width(text).replace(",", "")
    try:
        value = float(plain)
    except ValueError:
        value = math.nan
    if plain == "":
        problems.append(Problem(line, column, "空缺", "the value is missing"))
    elif not math.isfinite(value) or "_" in plain:
        problems.append(Problem(line, column, "不是数", "this is not a number"))
    elif value < 0:
        problems.append(Problem(line, column, "不能为负数", "must not be negative"))
    else:
        return value
    return None


def _check_ages(rows: Sequence[_Row], problems: list[Problem]) -> None:
    if len(rows) < 2:
        problems.append(Problem(0, "age", "至少需要两个年龄组", "at least two age groups are needed"))
        return
    for before, row in pairwise(rows):
        if row.age.low == before.age.low:
            problems.append(Problem(row.line, "age", "年龄重复", "the age stands twice"))
        elif row.age.low < before.age.low:
            problems.append(Problem(row.line, "age", "年龄未按升序排列", "ages do not rise"))
        elif before.age.is_open:
            problems.append(Problem(before.line, "age", "开放年龄组之后还有年龄", "ages follow the open interval"))
    last = rows[-1]
    if last.age.high is not None:
        problems.append(
            Problem(
                last.line,
                "age",
                "缺少开放年龄组（如85+）",
                "there is no open interval at the end (such as 85+)",
            )
        )
    if not problems:
        _check_gaps(rows, problems)


def _check_gaps(rows: Sequence[_Row], problems: list[Problem]) -> None:
    if rows[0].age.low != 0:
        problems.append(Problem(rows[0].line, "age", "年龄须从0岁开始", "ages must begin at 0"))
        return
    if any(row.age.high is not None for row in rows):
        # Widths are stated, so any width is accepted; a plain age among them is a single year.
        for before, row in pairwise(rows):
            expected = (before.age.low if before.age.high is None else before.age.high) + 1
            if row.age.low != expected:
                text = f"{expected}–{row.age.low - 1}" if row.age.low > expected else str(row.age.low)
                problems.append(Problem(row.line, "age", f"{text}岁缺失或重叠", f"ages {text} are missing or overlap"))
        return
    for age in missing_ages([row.age.low for row in rows]):
        line = next(row.line for row in rows if row.age.low > age)
        problems.append(Problem(line, "age", f"此行之前缺{age}岁", f"age {age} is missing before this row"))
