"""The configuration fits machines from the smallest to the largest, and PostgreSQL itself accepts it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weijian.foundation.embedded_pg.account import server_account
from weijian.foundation.embedded_pg.binaries import find_binaries, usable_by
from weijian.foundation.embedded_pg.configuration import GIB, LOCAL_FILE, MIB, server_settings, settings_file
from weijian.foundation.embedded_pg.layout import Layout
from weijian.foundation.embedded_pg.machine import Machine, disk_free, this_machine
from weijian.foundation.embedded_pg.private_files import write_private

MACHINES = st.builds(
    Machine,
    memory=st.integers(256 * MIB, 1024 * GIB),
    cores=st.integers(1, 256),
    disk_free=st.integers(0, 10_000 * GIB),
    shared_memory_free=st.integers(0, 64 * GIB),
)
SMALLEST = Machine(256 * MIB, 1, 0, 0)
LARGEST = Machine(2048 * GIB, 256, 100_000 * GIB, 1024 * GIB)


def megabytes(value: str) -> int:
    assert value.endswith("MB")
    return int(value[:-2])


@given(MACHINES)
def test_memory_stays_within_the_machine(machine: Machine) -> None:
    settings = server_settings(machine, "../run")
    fixed = megabytes(settings["shared_buffers"]) + megabytes(settings["min_dynamic_shared_memory"])
    assert fixed * MIB <= machine.memory * 3 // 8
    assert megabytes(settings["min_wal_size"]) <= megabytes(settings["max_wal_size"])
    assert megabytes(settings["min_wal_size"]) >= 2 * 16  # PostgreSQL's own lower limit: two segments


@given(MACHINES)
def test_a_larger_machine_never_gets_less(machine: Machine) -> None:
    larger = Machine(machine.memory * 2, machine.cores * 2, machine.disk_free * 2, machine.shared_memory_free * 2)
    small, large = server_settings(machine, ""), server_settings(larger, "")
    for name in ("shared_buffers", "work_mem", "maintenance_work_mem", "effective_cache_size", "max_wal_size"):
        assert megabytes(large[name]) >= megabytes(small[name])


@given(MACHINES)
def test_durability_is_on_unless_the_cluster_is_thrown_away(machine: Machine) -> None:
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        assert server_settings(machine, "")[name] == "on"
        assert server_settings(machine, "", "off")[name] == "off"


@pytest.mark.parametrize("machine", [SMALLEST, LARGEST], ids=["smallest", "largest"])
def test_postgresql_accepts_every_setting(machine: Machine, home: Path) -> None:
    layout = Layout.of(home)
    account = server_account(layout.data)
    write_private(layout.data, LOCAL_FILE, "")
    write_private(layout.data, "postgresql.conf", settings_file(server_settings(machine, "../run")))
    program = usable_by(find_binaries(), account).program("postgres")
    for name in ("shared_buffers", "max_wal_size", "max_parallel_workers"):
        code, output = account.run([program, "-D", account.folder_argument(layout.data), "-C", name], layout.data)
        assert code == 0, output


def test_quotes_in_a_value_cannot_end_it() -> None:
    text = settings_file({"unix_socket_directories": "/a'b\\c"})
    assert "unix_socket_directories = '/a''b\\\\c'" in text


def test_the_machine_is_measured(tmp_path: Path) -> None:
    machine = this_machine(tmp_path)
    assert machine.memory > 64 * MIB
    assert machine.cores >= 1
    assert machine.disk_free == pytest.approx(disk_free(tmp_path / "not" / "yet").free, rel=0.2)


def test_a_container_limit_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("536870912\n")
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    module = "weijian.foundation.embedded_pg.machine"
    monkeypatch.setattr(f"{module}.MEMORY_LIMIT_FILES", (tmp_path / "memory.max", tmp_path / "absent"))
    monkeypatch.setattr(f"{module}.PROCESSOR_LIMIT_FILE", tmp_path / "cpu.max")
    machine = this_machine(tmp_path)
    assert machine.memory == 512 * MIB
    assert machine.cores <= 2
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert this_machine(tmp_path).memory > 512 * MIB
