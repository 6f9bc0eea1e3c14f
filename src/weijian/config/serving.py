"""Serves the application with waitress: plain http is enough on a closed intranet; TLS stands before it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable

import structlog
import waitress

_log = structlog.get_logger(__name__)

#: Seconds before a worker that ended is started again, and that a worker gets to finish its job at the end.
_AGAIN, _FINISH = 2.0, 60.0


def serve(port: int, host: str = "127.0.0.1", *, worker: bool = True) -> None:
    """Serve until interrupted; the audit is sealed meanwhile, and jobs are done by a worker process beside."""
    from weijian.config.wsgi import application
    from weijian.foundation.audit.sealer import start_sealer

    stop_sealer = start_sealer()
    stop_worker = start_worker() if worker else lambda: None
    try:
        waitress.serve(application, host=host, port=port, threads=8, ident=None, channel_timeout=120)
    finally:
        stop_worker()
        stop_sealer()


def start_worker() -> Callable[[], None]:
    """Keep a worker running as a process of its own, started again when it ends; the function given back ends it.

    A process, not a thread: publishing takes both cores and gigabytes for minutes, and pages must go on.
    """
    ended = threading.Event()
    present: list[subprocess.Popen[bytes]] = []
    thread = threading.Thread(target=_keep_worker, args=(ended, present), name="worker-keeper", daemon=True)
    thread.start()

    def stop() -> None:
        ended.set()
        for process in present[-1:]:
            process.terminate()
            try:
                process.wait(_FINISH)
            except subprocess.TimeoutExpired:
                process.kill()  # its job is taken up again at the next start

    return stop


def _keep_worker(ended: threading.Event, present: list[subprocess.Popen[bytes]]) -> None:
    from weijian.foundation.process import home

    environment = {**os.environ, "WEIJIAN_HOME": str(home())}
    while not ended.is_set():
        process = subprocess.Popen(
            [sys.executable, "-m", "weijian.config.cli", "worker", "--beside"],
            env=environment,
            stdin=subprocess.DEVNULL,
        )
        present[:] = [process]
        code = process.wait()
        if not ended.is_set():
            _log.warning("worker.ended", code=code)
            ended.wait(_AGAIN)
