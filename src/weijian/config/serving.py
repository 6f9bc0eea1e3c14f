"""Serves the application with waitress: plain http is enough on a closed intranet; TLS stands before it."""

from __future__ import annotations

import waitress


def serve(port: int, host: str = "127.0.0.1") -> None:
    """Serve until interrupted; the audit is sealed meanwhile."""
    from weijian.config.wsgi import application
    from weijian.foundation.audit.sealer import start_sealer

    stop = start_sealer()
    try:
        waitress.serve(application, host=host, port=port, threads=8, ident=None, channel_timeout=120)
    finally:
        stop()
