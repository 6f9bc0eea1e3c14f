"""Serves the application with waitress: plain http is enough on a closed intranet; TLS stands before it."""

from __future__ import annotations

import waitress


def serve(port: int, host: str = "127.0.0.1") -> None:
    """Serve until interrupted."""
    from weijian.config.wsgi import application

    waitress.serve(application, host=host, port=port, threads=8, ident=None, channel_timeout=120)
