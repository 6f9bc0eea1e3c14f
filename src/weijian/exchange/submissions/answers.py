"""Small parts that the pages of this room share: whom the account acts for, crumbs, files as downloads."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.exchange.submissions.queries import visible_institutions
from weijian.foundation.accounts.models import User
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.ui.components import Crumb
from weijian.kernel.errors import WeijianError

MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}

#: What an audit leaf calls a reading of rows as they were sent.
READING = "submissions.rows"


def single(user: User) -> bool:
    """Whether the account sees one institution only, so that pages need no column for it."""
    return len(visible_institutions(user)[:2]) == 1


def chosen_institution(user: User, code: str) -> Organisation:
    """The institution that is asked for, else the account's only one; raises WeijianError ``intake.not_yours``."""
    places = visible_institutions(user)
    found = places.filter(code=code).first() if code else (places.first() if single(user) else None)
    if found is None:
        raise WeijianError("intake.not_yours", "没有选择机构,或不能代该机构操作。", code, "从列表中选择机构")
    return found


def crumbs(*parts: str) -> tuple[Crumb, ...]:
    """The way from the overview: labels, each followed by its address but the last."""
    way = [Crumb(_("数据报送"), reverse("submissions"))]
    names = list(parts)
    while names:
        label = names.pop(0)
        way.append(Crumb(label, names.pop(0)) if names else Crumb(label))
    return tuple(way)


def written(form: str, name: str, write: Callable[[Path], object]) -> HttpResponse:
    """What ``write`` puts into a file of the form (``xlsx``, ``csv``), as a download under a name in any script."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file.{form}"
        write(path)
        response = HttpResponse(path.read_bytes(), content_type=MEDIA[form])
    response["Content-Disposition"] = f"attachment; filename=\"file.{form}\"; filename*=UTF-8''{quote(name)}.{form}"
    return response
