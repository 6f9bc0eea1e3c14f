"""What an installation's home holds beside the database, and which of it a backup takes."""

from __future__ import annotations

from pathlib import Path

from weijian.kernel.errors import WeijianError

#: Files named by the hash of their content: they never change, so that a later backup can share them with
#: an earlier one.
CONTENT_FOLDERS = ("submissions", "lake")

#: Secrets, copied into a folder of their own that can be kept apart from the data.
SECRET_KEY = "secret_key"
AUDIT_FOLDER = "audit"

#: The mark of a real installation, and of a demonstration.
MARK = "installation.json"
DEMO_MARK = "demo"

#: Anything of these means that the home is in use.
_USED = ("pg", SECRET_KEY, AUDIT_FOLDER, MARK, DEMO_MARK, *CONTENT_FOLDERS)


def refuse_used(home: Path) -> None:
    """Raise ``installation.exists`` where the home holds an installation or a demonstration."""
    found = [name for name in _USED if (home / name).exists()]
    if found:
        raise WeijianError(
            "installation.exists",
            f"该目录已有安装:{'、'.join(found)}。",
            str(home),
            "用 --data-dir 指定一个空目录",
        )
