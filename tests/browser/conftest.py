"""The product served for browser walks: a marked demonstration on a free port over the session's small world."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator

import pytest
import waitress.server

# Playwright keeps an event loop in this thread, in which Django refuses its database; nothing here is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

YEAR = 2017


@pytest.fixture(scope="module")
def demonstration(small_world: int, django_db_blocker) -> Iterator[None]:  # type: ignore[no-untyped-def]
    """What ``weijian demo`` makes after its snapshot: figures, the annual report, the mark that stops the day."""
    from django.conf import settings

    from weijian.config.demonstration_signing import sign_demonstration_year
    from weijian.foundation.figures.services import publish_figures
    from weijian.foundation.snapshots.models import Snapshot
    from weijian.foundation.today import _demonstration_day
    from weijian.reports.annual.services import make_annual_report

    mark = settings.HOME / "demo"
    mark.write_text(json.dumps({"year": YEAR}))
    settings.DEMO = True
    _demonstration_day.cache_clear()
    with django_db_blocker.unblock():
        snapshot = Snapshot.objects.get(pk=small_world)
        publish_figures(snapshot)
        make_annual_report(YEAR, snapshot)
        sign_demonstration_year(YEAR)
    yield
    mark.unlink()
    settings.DEMO = False
    _demonstration_day.cache_clear()


@pytest.fixture(scope="module")
def served(demonstration: None, django_db_blocker) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """Address of the running product; its pages see what the session has committed."""
    from weijian.config.wsgi import application

    with django_db_blocker.unblock():
        server = waitress.server.create_server(application, host="127.0.0.1", port=0, threads=4)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.effective_port}"
        server.close()
