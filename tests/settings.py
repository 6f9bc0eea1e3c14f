"""Settings of the tests: the product's own, in a home of their own with a throw-away server started once.

``WEIJIAN_TEST_HOME`` keeps the home between runs; else it is a temporary folder that ``conftest.py`` removes.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_kept = os.environ.get("WEIJIAN_TEST_HOME")
os.environ["WEIJIAN_HOME"] = _kept or tempfile.mkdtemp(prefix="weijian-test-")
os.environ.setdefault("WEIJIAN_SECRET_KEY", "tests only")

from weijian.foundation import embedded_pg  # noqa: E402 -- the home must be set first

if not os.environ.get("DATABASE_URL"):
    embedded_pg.ensure_running(Path(os.environ["WEIJIAN_HOME"]))

from weijian.config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True
