"""An installation of its own for faults: made once, commands run in it as processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.fault.intake_under_fire import INSTITUTION

HEADERS = (
    "就诊流水号,证件类型,证件号码,姓名,性别,出生日期,就诊机构代码,就诊日期,就诊类型,总费用,药品费,检查检验费,医疗服务费"
)


def prepare(home: Path) -> None:
    """Make the installation with its reference data."""
    _run(home, "prepare")


def take_in(home: Path, path: Path) -> dict[str, Any]:
    """What came of one file (see :mod:`tests.fault.intake_once`)."""
    found: dict[str, Any] = json.loads(_run(home, str(path)).splitlines()[-1])
    return found


def _run(home: Path, argument: str) -> str:
    environment = {**os.environ, "WEIJIAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "weijian.config.settings"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-W", "ignore", "-m", "tests.fault.intake_once", argument]
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


def write_visits(path: Path, rows: int, *, bad_every: int = 1000, filler: str = "") -> int:
    """Visits of 5,000 persons in one month, one in ``bad_every`` with a negative fee; returns how many are bad.

    ``filler`` makes every row longer, in a column that the template does not have.
    """
    tail = ",备注\n" if filler else "\n"
    note = f",{filler}\n" if filler else "\n"
    with path.open("w", encoding="utf-8") as stream:
        stream.write(HEADERS + tail)
        for start in range(0, rows, 10_000):
            stream.writelines(
                f"B{row},00,,张{chr(0x4E00 + row % 5000)},1,1980-01-01,{INSTITUTION},2017-03-{row % 28 + 1:02d},1,"
                f"{'-1' if row % bad_every == 0 else '10'},0,0,0{note}"
                for row in range(start, min(start + 10_000, rows))
            )
    return -(-rows // bad_every)
