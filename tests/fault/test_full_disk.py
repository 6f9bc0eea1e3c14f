"""A full disk under an intake: a clear error, nothing half there, and the same file goes in when space has returned."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from tests.exchange.sending import HOSPITAL, RECEIVED, VISITS
from tests.fault.installation import prepare, take_in, write_visits
from weijian.engines.intake.files import sha256_of
from weijian.exchange.submissions.keeping import kept_path
from weijian.exchange.submissions.models import Submission
from weijian.exchange.submissions.recognition import recognise
from weijian.exchange.submissions.services import ingest_files
from weijian.foundation import embedded_pg
from weijian.kernel.errors import WeijianError
from weijian.records.encounters.models import OutpatientVisit

pytestmark = pytest.mark.fault


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """``folder`` on a file system of that size, where this account may mount one."""
    folder.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("this account may not mount a small file system")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file of this process may grow beyond ``size``: what a quota does, without a disk of its own."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.django_db
def test_no_room_to_keep_the_file(tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    write_visits(path, 200, bad_every=100)
    kept_path(sha256_of(path)).unlink(missing_ok=True)  # of an earlier run in the same home
    arrival = recognise(path, dataset=VISITS, institution=HOSPITAL)
    with largest_file(4096), pytest.raises(WeijianError) as caught:
        ingest_files([arrival], received_on=RECEIVED)
    assert caught.value.code == "intake.disk"
    assert caught.value.fix == "清理磁盘空间后重新报送"
    assert (Submission.objects.count(), OutpatientVisit.objects.count()) == (0, 0)
    assert not list(Path(settings.HOME, "submissions").rglob("*.part"))
    (receipt,) = ingest_files([arrival], received_on=RECEIVED)
    assert (receipt.accepted, receipt.quarantined) == (198, 2)


@pytest.mark.long
def test_the_whole_installation_runs_out_of_disk(tmp_path: Path) -> None:
    disk = Path(tempfile.mkdtemp(prefix="weijian-disk-"))
    path = tmp_path / "visits.csv"
    bad = write_visits(path, 150_000)
    with small_disk(disk, 700):
        disk.chmod(0o755)
        home = disk / "home"
        prepare(home)
        try:
            before = take_in(home, _few(tmp_path))
            assert before["accepted"] == 9
            ballast = disk / "ballast"
            _fill(ballast, leave=20 * 2**20)
            full = take_in(home, path)
            assert full["error"]["code"] == "intake.disk", full
            assert full["error"]["fix"] == "清理磁盘空间后重新报送"
            ballast.unlink()
            again = take_in(home, path)
            assert again["error"] is None
            assert (again["received"], again["quarantined"], again["duplicate"]) == (150_000, bad, 0)
            assert again["visits"] == 150_000 - bad + 9
        finally:
            embedded_pg.stop(home)
    disk.rmdir()


def _few(folder: Path) -> Path:
    """Ten rows of another month, one of them bad."""
    path = folder / "few.csv"
    write_visits(path, 10)
    path.write_text(path.read_text(encoding="utf-8").replace("B", "A").replace("2017-03", "2017-02"), encoding="utf-8")
    return path


def _fill(ballast: Path, *, leave: int) -> None:
    """Use the disk up but for ``leave`` bytes."""
    size = shutil.disk_usage(ballast.parent).free - leave
    with ballast.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, size)
