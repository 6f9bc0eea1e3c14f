"""Makes a real installation: the district's reference data and one administrator by a one-time link, nothing else."""

from __future__ import annotations

import json
import os
from importlib.metadata import version

from weijian.config.home_folders import DEMO_MARK, MARK
from weijian.foundation.process import home, start
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import SystemClock


def initialise(district: str, administrator: str) -> str:
    """Make the installation and return the path of the administrator's one-time link.

    A run that was interrupted is taken up again: the mark is written last. Raises ``installation.exists``
    where a demo or
    another installation is, ``installation.district`` where no reference data ship for the district.
    """
    place = home()
    if (place / MARK).exists() or (place / DEMO_MARK).exists():
        raise WeijianError("installation.exists", "该目录已有安装或演示。", str(place), "用 --data-dir 指定一个空目录")
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    start(migrate=True)
    from weijian.foundation.accounts.models import Role, User
    from weijian.foundation.accounts.services import create_account, reset_link
    from weijian.foundation.changes.services import change
    from weijian.foundation.reference_data import DISTRICTS, load_reference_data

    if district not in DISTRICTS:
        raise WeijianError(
            "installation.district",
            f"没有区划 {district} 的基础数据。",
            district,
            "可用:" + "、".join(sorted(DISTRICTS)),
        )
    if User.objects.exclude(username=administrator).exists():
        raise WeijianError("installation.exists", "数据库中已有账号。", str(place), "换一个数据库或目录")
    load_reference_data(district)
    with change("新建安装", source="command", action="installation.init", detail={"district": district}):
        account = User.objects.filter(username=administrator).first() or create_account(
            username=administrator, password=None, role=Role.SYSTEM_ADMIN, full_name="系统管理员"
        )
        link = reset_link(account, source="command")
    mark = {"district": district, "made_at": SystemClock().now().isoformat(), "version": version("weijian")}
    temporary = place / f".{MARK}.{os.getpid()}"
    temporary.write_text(json.dumps(mark), encoding="utf-8")
    os.replace(temporary, place / MARK)
    return link
