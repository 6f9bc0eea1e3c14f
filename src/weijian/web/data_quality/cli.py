"""The command that prints scores and places."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command of this room."""
    app.command("quality")(quality)


def quality(
    period: Annotated[str, typer.Option(help="Year or month, 2017 or 2017-03 / 年或月")],
    institution: Annotated[str | None, typer.Option(help="Only this institution's code / 只看该机构")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document / 输出JSON")] = False,
) -> None:
    """Print quality scores and places by institution / 打印各机构数据质量得分和名次."""
    from weijian.foundation.process import start

    start()
    from weijian.exchange.submissions.quality.scores import ranked, tallies_of
    from weijian.foundation.organisations.models import Organisation
    from weijian.foundation.today import today
    from weijian.kernel.time import Period

    Period.parse(period)
    places = Organisation.objects.in_bulk()
    found = [
        {
            "rank": one.rank,
            "institution": places[one.institution_id].code,
            "name": places[one.institution_id].zh,
            "score": round(float(one.score), 2),
            **{
                name: {
                    "share": None if share.value is None else float(share.value),
                    "part": share.part,
                    "whole": share.whole,
                }
                for name, share in one.shares.items()
            },
        }
        for one in ranked(tallies_of(int(period[:4]), as_of=today()), period)
    ]
    if institution is not None:
        found = [one for one in found if one["institution"] == institution]
    if as_json:
        print(json.dumps({"period": period, "institutions": found}, ensure_ascii=False))
        return
    for one in found:
        print(f"{one['rank']}\t{one['institution']}\t{one['name']}\t{one['score']:.2f}")
