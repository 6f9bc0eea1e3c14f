"""Starts a domain: ``make new-domain NAME=oral_health`` writes the folder with a first register, its test and a README."""

from __future__ import annotations

import re
import sys
from pathlib import Path

MODELS = '''"""Registers of {name}."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.definitions.record_kinds import Partition
from weijian.foundation.kinds.fact import Fact
from weijian.foundation.kinds.fields import CivilDate, OrganisationRef, SourceId


class {model}(Fact):
    """登记(改为本登记的名称): one row of the register.

    Source: name the standard, edition and clause.
    """

    row_no = SourceId("序号", "Row number")
    place = OrganisationRef("机构代码", "Institution")
    registered_on = CivilDate("登记日期", "Registered on")

    class Meta:
        verbose_name = _("登记")
        db_table = "{name}_register"
        indexes = [models.Index(fields=["institution_id", "row_no"], name="{short}_key")]

    class Kind:
        id = "{name}.register"
        en = "Register"
        business_date = "registered_on"
        partition = Partition.MONTH
        sensitivity = 2
        columns = ("row_no", "place", "registered_on")
        institution_types = ("hospital",)
        rules = ()
'''

MEASURES = '''"""Indicators of {name}."""

from __future__ import annotations

from weijian.definitions.measures import Component, Measure

_ROWS = Component("{name}.rows", "{name}.register")

MEASURES = (
    Measure(
        id="{name}.total",
        zh="登记数",
        en="Registered",
        unit="件",
        form="count",
        definition_zh="期间登记的行数",
        definition_en="Rows registered in the period",
        source="name the source",
        numerator=(_ROWS,),
        date_basis="registered_on",
    ),
)
'''

TEST = '''"""The register of {name}: what an institution sends is taken in, and what cannot be understood comes back with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.exchange.sending import HOSPITAL
from weijian.exchange.submissions.recognition import organisations_by_code, recognise
from weijian.exchange.submissions.services import ingest_files

pytestmark = pytest.mark.django_db


def test_rows_are_taken_in_and_faulty_ones_come_back(tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    rows = ("序号,机构代码,登记日期", f"R1,{{HOSPITAL}},2017-03-05", f"R2,{{HOSPITAL}},2017-13-05")
    file.write_text("\\n".join(rows), encoding="utf-8")
    by_code = organisations_by_code()
    (taken,) = ingest_files(
        [recognise(file, dataset="{name}.register", institution=HOSPITAL, period="2017-03", by_code=by_code)]
    )
    assert (taken.received, taken.accepted, taken.quarantined) == (2, 1, 1)
'''

README = """# {name}

Purpose, users, and the standards (edition, clause) that this domain follows.

1. Change `models.py`: the record kind is one class; template, check, list, history, snapshot and API follow from it.
2. `.venv/bin/weijian` finds the folder by itself; make the migration with
   `DJANGO_SETTINGS_MODULE=weijian.config.settings .venv/bin/python -m django makemigrations {name}`.
3. Declare indicators in `measures.py`.
"""


def main(name: str) -> int:
    """Write the folder; refuses a name that is taken or not a Python name."""
    if not re.fullmatch(r"[a-z][a-z_]{2,30}", name):
        print("NAME must be lower case letters and underscores, as in make new-domain NAME=oral_health")
        return 2
    folder = Path("src/weijian/domains") / name
    if folder.exists():
        print(f"{folder} exists")
        return 2
    model = "".join(part.capitalize() for part in name.split("_")) + "Register"
    (folder / "migrations").mkdir(parents=True)
    (folder / "__init__.py").write_text(
        f'"""{name}: say in one sentence what this domain is for."""\n', encoding="utf-8"
    )
    (folder / "migrations" / "__init__.py").write_text('"""Schema changes."""\n', encoding="utf-8")
    (folder / "models.py").write_text(MODELS.format(name=name, model=model, short=name[:25]), encoding="utf-8")
    (folder / "measures.py").write_text(MEASURES.format(name=name), encoding="utf-8")
    tests = Path("tests/domains") / name
    tests.mkdir(parents=True)
    (tests / "test_register.py").write_text(TEST.format(name=name), encoding="utf-8")
    (folder / "README.md").write_text(README.format(name=name), encoding="utf-8")
    print(f"{folder} and {tests} are ready; next: {folder}/README.md")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
