"""The restore drill: a real installation is made, filled, backed up and destroyed; the restored one says the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from weijian.foundation import embedded_pg

pytestmark = pytest.mark.fault

#: Takes in two datasets of the small world, publishes, and seals.
FILL = """
import json, sys
from pathlib import Path
from weijian.foundation.process import start
start()
from weijian.config.demonstration import arrivals_of
from weijian.exchange.submissions.services import ingest_files
from weijian.foundation.snapshots.services import publish_snapshot
wanted = ("persons.registration", "encounters.discharge")
ingest_files([one for one in arrivals_of(Path(sys.argv[1])) if one.dataset in wanted])
publish_snapshot()
from weijian.foundation.audit.services import seal
seal()
"""

#: Rows of every table, the figures of the snapshot, and what the verifier says.
STATE = """
import json
from weijian.foundation.process import start
start()
from django.apps import apps
from weijian.foundation.audit.verification import verify
from weijian.foundation.figures.queries import figures
from weijian.foundation.figures.store import current_snapshot
rows = {model._meta.db_table: model.objects.count() for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.db_table.startswith(("audit_", "changes_change", "django_"))}
found = figures(["discharges.total", "cost.inpatient_per_discharge"], ["2017"])
figures = {one.measure.id: str(one.value) for one in found}
print(json.dumps({"rows": rows, "figures": figures, "snapshot": current_snapshot().manifest_sha256,
                  "audit": verify().as_dict()}))
"""


def weijian(home: Path, *arguments: str, code: int = 0) -> str:
    return _run(home, [str(Path(sys.executable).with_name("weijian")), *arguments], code)


def python(home: Path, program: str, *arguments: str) -> str:
    return _run(home, [sys.executable, "-W", "ignore", "-c", program, *arguments], 0)


def _run(home: Path, command: list[str], code: int) -> str:
    unset = ("DATABASE_URL", "WEIJIAN_SECRET_KEY", "DJANGO_SETTINGS_MODULE", "WEIJIAN_DEMO")
    env = {name: value for name, value in os.environ.items() if name not in unset} | {"WEIJIAN_HOME": str(home)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr[-4000:] + done.stdout[-2000:]
    return done.stdout + (done.stderr if code else "")


def state(home: Path) -> dict[str, Any]:
    return json.loads(python(home, STATE).splitlines()[-1])  # type: ignore[no-any-return]


def test_backup_destroy_restore(tmp_path: Path, small_world_folder: Path) -> None:
    home, out = tmp_path / "home", tmp_path / "backups"
    other = tmp_path / "restored"
    try:
        link = weijian(home, "init", "--site", "https://wj.example")
        assert link.startswith("admin\thttps://wj.example/account/password/reset/key/")
        assert "installation.exists" in weijian(home, "init", code=1)
        before = json.loads(python(home, FILL + STATE, str(small_world_folder)).splitlines()[-1])
        assert before["audit"]["whole"]
        assert before["rows"]["encounters_discharge"] > 0
        done = json.loads(weijian(home, "backup", "--out", str(out), "--json"))
        backup = Path(done["folder"])
        assert json.loads(weijian(home, "backup", "--out", str(out), "--json"))["shared"] > 0

        assert "installation.exists" in weijian(home, "restore", str(backup), code=1), "never over what is there"
        embedded_pg.stop(home)
        shutil.rmtree(home)

        weijian(other, "restore", str(backup))
        after = state(other)
        assert after["rows"] == before["rows"]
        assert after["figures"] == before["figures"]
        assert after["snapshot"] == before["snapshot"]
        assert after["audit"]["whole"], after["audit"]["broken"]
        assert after["audit"]["sealed"] >= before["audit"]["sealed"]
        assert json.loads(weijian(other, "check", "--json", "--deep"))["findings"] == []

        shown = next((other / "lake" / "data").rglob("*.parquet"))
        content = bytearray(shown.read_bytes())
        content[len(content) // 2] ^= 1
        shown.write_bytes(content)
        assert "snapshots" in weijian(other, "check", code=1), "the check must be able to fail"
    finally:
        for place in (home, other):
            if place.exists():
                embedded_pg.stop(place)


def test_changed_backup_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    (backup / "data").mkdir(parents=True)
    (backup / "database.dump").write_bytes(b"not what was written")
    (backup / "backup.json").write_text(
        json.dumps({"format": 1, "last_change_id": 1, "files": {"database.dump": "00"}})
    )
    home = tmp_path / "home"
    assert "backup.broken" in weijian(home, "restore", str(backup), code=1)
    assert not (home / "pg").exists()
