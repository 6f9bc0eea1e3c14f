"""Files that prove progress or order a revision: kept byte for byte in the database, so that every backup holds them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from weijian.domains.governance.models import Attachment
from weijian.kernel.errors import WeijianError

#: Largest file and most files of one report.
MOST_BYTES = 20 * 2**20
MOST_FILES = 10

#: What may be attached, by the end of the name, with the first bytes that such a file has (empty: any text).
KINDS: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF",),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
    "pptx": (b"PK\x03\x04",),
    "ofd": (b"PK\x03\x04",),
    "zip": (b"PK\x03\x04",),
    "doc": (b"\xd0\xcf\x11\xe0",),
    "xls": (b"\xd0\xcf\x11\xe0",),
    "wps": (b"\xd0\xcf\x11\xe0", b"PK\x03\x04"),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG",),
    "txt": (),
    "csv": (),
}


@dataclass(frozen=True)
class Uploaded:
    """A file as it was sent."""

    name: str
    content: bytes


def check_files(files: Sequence[Uploaded]) -> None:
    """Raise ``plan.file`` for a file that is empty, too large, of another kind, or not what its name says."""
    if len(files) > MOST_FILES:
        raise WeijianError("plan.file", f"一次最多{MOST_FILES}个文件。", "", "分几次填报,或打包成一个压缩文件")
    for one in files:
        ending = PurePath(one.name).suffix.lower().removeprefix(".")
        if ending not in KINDS:
            raise WeijianError("plan.file", "不支持这种文件。", one.name[-40:], f"可用:{'、'.join(KINDS)}")
        if not one.content:
            raise WeijianError("plan.file", "文件是空的。", one.name[-40:], "重新选择文件")
        if len(one.content) > MOST_BYTES:
            raise WeijianError("plan.file", f"文件超过{MOST_BYTES // 2**20}MB。", one.name[-40:], "压缩后再上传")
        if KINDS[ending] and not one.content.startswith(KINDS[ending]):
            raise WeijianError("plan.file", "文件内容与扩展名不符。", one.name[-40:], "用原来的程序另存后再上传")


def attach(files: Sequence[Uploaded], *, change_id: int, **to: Any) -> list[Attachment]:
    """Keep checked files in the caller's change; ``to`` names the progress, target or step that they belong to."""
    return Attachment.objects.bulk_create(
        [
            Attachment(
                name=PurePath(one.name).name[-120:],
                size=len(one.content),
                sha256=hashlib.sha256(one.content).hexdigest(),
                content=one.content,
                change_id=change_id,
                **to,
            )
            for one in files
        ]
    )
