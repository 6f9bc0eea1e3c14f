"""Writes small files as institutions do and takes them in: one good visit, and changes to it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from weijian.exchange.submissions.models import Submission
from weijian.exchange.submissions.recognition import recognise
from weijian.exchange.submissions.services import ingest_files

VISITS = "encounters.outpatient_visit"
DISCHARGES = "encounters.discharge"
DEATHS = "vital_events.death"
HOSPITAL = "PY0000014"
RECEIVED = date(2017, 12, 1)

VISIT = {
    "就诊流水号": "V1",
    "证件类型": "01",
    "证件号码": "440113198001010012",
    "姓名": "张三",
    "性别": "1",
    "出生日期": "1980-01-01",
    "就诊机构代码": HOSPITAL,
    "就诊日期": "2017-03-05",
    "就诊类型": "1",
    "科室代码": "03",
    "主要诊断编码": "J06.900",
    "总费用": "100.00",
    "药品费": "50.00",
    "检查检验费": "20.00",
    "医疗服务费": "30.00",
    "付费方式": "1",
}

DISCHARGE = {
    "住院号": "Z1",
    "证件类型": "01",
    "证件号码": "440113198001010012",
    "姓名": "张三",
    "住院机构代码": HOSPITAL,
    "入院日期": "2017-03-01",
    "出院日期": "2017-03-05",
    "主要诊断编码": "J18",
    "离院方式": "1",
    "总费用": "100",
    "药品费": "10",
    "诊断费": "10",
    "治疗手术费": "10",
    "耗材费": "10",
    "综合医疗服务费": "10",
}


def csv_text(rows: list[dict[str, str]], delimiter: str = ",") -> str:
    """Rows under the headers of the first, quoted where needed."""
    headers = list(rows[0])
    lines = [headers, *([row.get(name, "") for name in headers] for row in rows)]
    return "".join(delimiter.join(_cell(cell, delimiter) for cell in line) + "\n" for line in lines)


def _cell(text: str, delimiter: str) -> str:
    return '"' + text.replace('"', '""') + '"' if delimiter in text or '"' in text or "\n" in text else text


def send(
    folder: Path,
    content: bytes | list[dict[str, str]],
    *,
    dataset: str = VISITS,
    name: str = "file.csv",
    day: date = RECEIVED,
) -> Submission:
    """Take one file in, received on a day; a list of rows is written as UTF-8 CSV."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else csv_text(content).encode())
    (found,) = ingest_files([recognise(path, dataset=dataset, institution=HOSPITAL)], received_on=day)
    return found


def visits(*changes: dict[str, str]) -> list[dict[str, str]]:
    """The good visit with changes, one row for each, numbered V1, V2 … unless a change says otherwise."""
    return [{**VISIT, "就诊流水号": f"V{number}", **change} for number, change in enumerate(changes, start=1)]
