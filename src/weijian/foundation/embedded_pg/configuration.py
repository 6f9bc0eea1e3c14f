"""The server's own configuration, computed at every start from the machine, so that moving the installation
to a larger one needs no editing. What a site wants otherwise goes into ``local.conf``, which is read last and
never overwritten."""

from __future__ import annotations

from typing import Literal

from weijian.foundation.embedded_pg.machine import Machine

Durability = Literal["full", "off"]
MIB = 1024 * 1024
GIB = 1024 * MIB
MAX_CONNECTIONS = 100
LOCAL_FILE = "local.conf"
SUPERUSER = "weijian_admin"
APPLICATION_ROLE = "weijian"
DATABASE = "weijian"


def server_settings(machine: Machine, socket_folder: str, durability: Durability = "full") -> dict[str, str]:
    """Settings by name, valid for PostgreSQL 16 and later.

    An eighth of the memory goes to shared buffers, because the same machine also runs the web workers and
    DuckDB; the operating system's cache does the rest. ``durability="off"`` is for clusters that tests throw
    away.
    """
    return {
        **_network(socket_folder),
        **_memory(machine),
        **_write_ahead_log(machine, durability),
        **_planner(machine),
        **_logging(),
    }


def _network(socket_folder: str) -> dict[str, str]:
    return {
        "listen_addresses": "",
        "unix_socket_directories": socket_folder,
        "unix_socket_permissions": "0700",
        "max_connections": str(MAX_CONNECTIONS),
        "password_encryption": "scram-sha-256",
        "cluster_name": "weijian",
        "timezone": "UTC",
        "log_timezone": "Asia/Shanghai",
        "lc_messages": "C",
    }


def _memory(machine: Machine) -> dict[str, str]:
    shared_buffers = _between(machine.memory // 8, 64 * MIB, 8 * GIB)
    return {
        "shared_buffers": _megabytes(shared_buffers),
        "effective_cache_size": _megabytes(max(machine.memory // 2, 128 * MIB)),
        "work_mem": _megabytes(_between(machine.memory // (4 * MAX_CONNECTIONS), 4 * MIB, 64 * MIB)),
        "maintenance_work_mem": _megabytes(_between(machine.memory // 32, 64 * MIB, GIB)),
        # Parallel queries take their shared memory from here first: /dev/shm may be tiny, and logind may empty it.
        "min_dynamic_shared_memory": _megabytes(_between(machine.memory // 64, 32 * MIB, 256 * MIB)),
        "dynamic_shared_memory_type": "posix" if machine.shared_memory_free >= 256 * MIB else "sysv",
        "huge_pages": "try",
        "max_locks_per_transaction": "256",  # one for every partition that a statement touches
    }


def _write_ahead_log(machine: Machine, durability: Durability) -> dict[str, str]:
    largest = _between(machine.disk_free // 10, 256 * MIB, 8 * GIB)
    settings = {
        "wal_level": "replica",
        # The build knows pglz alone, which costs a load of persons more processor time than the log it spares is worth.
        "wal_compression": "off",
        "wal_buffers": "16MB",
        "max_wal_size": _megabytes(largest),
        "min_wal_size": _megabytes(_between(largest // 8, 80 * MIB, GIB)),
        "checkpoint_timeout": "15min",
        "checkpoint_completion_target": "0.9",
        # After a crash everything is flushed before the log is replayed: file by file that takes many times as long.
        "recovery_init_sync_method": "syncfs" if machine.syncs_at_once else "fsync",
    }
    safe = "on" if durability == "full" else "off"
    return {**settings, "fsync": safe, "synchronous_commit": safe, "full_page_writes": safe}


def _planner(machine: Machine) -> dict[str, str]:
    return {
        "jit": "off",  # compiling costs more than it saves on our many short queries
        "random_page_cost": "1.1",
        "effective_io_concurrency": "64",
        "max_worker_processes": str(max(8, machine.cores + 4)),
        "max_parallel_workers": str(machine.cores),
        "max_parallel_workers_per_gather": str(_between(machine.cores // 2, 1, 4)),
        "max_parallel_maintenance_workers": str(_between(machine.cores // 2, 1, 4)),
        "autovacuum_vacuum_cost_limit": "2000",
        "autovacuum_naptime": "30s",
    }


def _logging() -> dict[str, str]:
    """A week of files. Terse, and without failing statements: their values would be personal data."""
    return {
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "postgresql-%a.log",
        "log_file_mode": "0600",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_line_prefix": "%m [%p] ",
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_statement": "none",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_autovacuum_min_duration": "-1",
        "log_startup_progress_interval": "10s",
    }


def settings_file(settings: dict[str, str]) -> str:
    """The text of ``postgresql.conf``."""
    lines = [f"{name} = '{_quoted(value)}'" for name, value in settings.items()]
    head = [
        "# Written by weijian at every start from the size of this machine; changes here are lost.",
        f"# Put your own settings into {LOCAL_FILE} beside this file.",
    ]
    return "\n".join([*head, *lines, f"include '{LOCAL_FILE}'", ""])


def access_file() -> str:
    """The text of ``pg_hba.conf``: a password for everybody, also over the loopback if a site opens TCP."""
    return "\n".join(
        [
            "# Written by weijian at every start; changes here are lost.",
            "local all all scram-sha-256",
            f"local replication {SUPERUSER} scram-sha-256",
            "host all all 127.0.0.1/32 scram-sha-256",
            "host all all ::1/128 scram-sha-256",
            "",
        ]
    )


def _between(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))


def _megabytes(size: int) -> str:
    return f"{size // MIB}MB"


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
