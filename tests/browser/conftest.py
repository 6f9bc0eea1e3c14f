"""The product served for browser walks: a real server on a free port over the session's small world."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest
import waitress.server

# Playwright keeps an event loop in this thread, in which Django refuses its database; nothing here is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def served(small_world: int, django_db_blocker) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """Address of the running product; its pages see what the session has committed."""
    from weijian.config.wsgi import application

    with django_db_blocker.unblock():
        server = waitress.server.create_server(application, host="127.0.0.1", port=0, threads=4)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.effective_port}"
        server.close()
