"""The backup of a whole cluster is checked before it is trusted, and restored also where nothing is."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from weijian.foundation.embedded_pg import (
    DatabaseServerError,
    backup_cluster,
    check_folder_backup,
    ensure_running,
    restore_cluster,
)
from weijian.foundation.embedded_pg.layout import Layout
from weijian.foundation.embedded_pg.replacement import finish_replacement, replace_data

if TYPE_CHECKING:
    from tests.foundation.embedded_pg.conftest import Query


@pytest.fixture
def backup(home: Path, place: Path, query: Query) -> Iterator[Path]:
    """A backup taken before the last row was written; the server of ``home`` runs."""
    query(ensure_running(home), "CREATE TABLE kept AS SELECT 1 AS value")
    yield backup_cluster(home, place / "backups" / "full")


def test_restore_brings_back_the_moment_of_the_backup(home: Path, backup: Path, new_home: Path, query: Query) -> None:
    query(ensure_running(home), "INSERT INTO kept VALUES (2)")
    kept = restore_cluster(home, backup)
    assert query(ensure_running(home), "SELECT value FROM kept") == [(1,)]
    assert (kept / "PG_VERSION").exists()
    restore_cluster(new_home, backup)  # an empty machine: passwords are set anew
    assert query(ensure_running(new_home), "SELECT value FROM kept") == [(1,)]


def test_a_changed_backup_is_refused(home: Path, backup: Path, query: Query) -> None:
    control, manifest = backup / "global" / "pg_control", backup / "backup_manifest"
    segment = next((backup / "pg_wal").glob("0*"))
    faults: dict[Path, list[bytes | None]] = {
        control: [flipped(control.read_bytes()), control.read_bytes() + b"x", None],
        manifest: [manifest.read_bytes().replace(b"PG_VERSION", b"PG_VERSIOM"), b"", None],
        segment: [segment.read_bytes()[:64], None],
        backup / "base" / "foreign": [b""],
    }
    for file, contents in faults.items():
        sound = file.read_bytes() if file.exists() else None
        for content in contents:
            put(file, content)
            with pytest.raises(DatabaseServerError, match=r"database\.bad_backup"):
                check_folder_backup(backup)
        if file == control:
            with pytest.raises(DatabaseServerError, match=r"database\.bad_backup"):
                restore_cluster(home, backup)
            assert query(ensure_running(home), "SELECT value FROM kept") == [(1,)]
        put(file, sound)
        check_folder_backup(backup)


def flipped(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def put(file: Path, content: bytes | None) -> None:
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)


def test_existing_folder_is_not_written_into(home: Path, tmp_path: Path) -> None:
    with pytest.raises(DatabaseServerError, match=r"database\.folder_exists"):
        backup_cluster(home, tmp_path)


@pytest.mark.parametrize("done", [0, 1, 2])
def test_an_interrupted_replacement_is_finished(tmp_path: Path, done: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the note, after the first rename or after both: the next start has the new data."""
    layout = Layout.of(tmp_path)
    new = layout.root / "data.new"
    for folder, mark in ((layout.data, "old"), (new, "new")):
        folder.mkdir(parents=True)
        (folder / mark).touch()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", interrupted_after(done))
        patched.setattr(Path, "unlink", interrupted)
        with pytest.raises(KeyboardInterrupt):
            replace_data(layout, new, "data.kept")
    for _ in range(2):  # the second time nothing is left to do
        finish_replacement(layout)
        assert (layout.data / "new").exists()
        assert (layout.root / "data.kept" / "old").exists()
        assert sorted(path.name for path in layout.root.iterdir()) == ["data", "data.kept"]


def interrupted(*arguments: object, **options: object) -> None:
    raise KeyboardInterrupt


def interrupted_after(number: int) -> Callable[[Path, Path], Path]:
    """`Path.rename` that is interrupted once it has been done so many times."""
    rename = Path.rename
    left = itertools.count(number, -1)

    def once(self: Path, target: Path) -> Path:
        if next(left) == 0:
            raise KeyboardInterrupt
        return rename(self, target)

    return once


def test_the_start_finishes_an_interrupted_replacement(
    home: Path, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout.of(home)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", interrupted_after(1))
        layout.data.replace(layout.root / "data.new")
        layout.data.mkdir()
        with pytest.raises(KeyboardInterrupt):
            replace_data(layout, layout.root / "data.new", "data.kept")
    assert not layout.is_created()
    assert query(ensure_running(home), "SELECT 1") == [(1,)]
    assert (layout.root / "data.kept").is_dir()
