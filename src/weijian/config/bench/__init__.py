"""``weijian bench NAME``: benchmarks print sizes, seconds, ratios and peak memory; nothing here passes or fails."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from weijian.kernel.errors import WeijianError

#: Name → module and function. ``intake`` and ``district`` work in a throw-away home.
BENCHES: dict[str, tuple[str, str]] = {
    "intake": ("weijian.exchange.submissions.bench", "bench_intake"),
    "district": ("weijian.config.bench.district", "bench_district"),
    "snapshot": ("weijian.config.bench.snapshot", "bench_snapshot"),
    "measures": ("weijian.config.bench.measures", "bench_measures"),
    "detection": ("weijian.engines.detection.bench", "bench_detection"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("bench", help=f"Run a benchmark: {', '.join(sorted(BENCHES))}. Example: weijian bench detection")(
        _bench
    )


def _bench(
    name: Annotated[str, typer.Argument(help="Name of the benchmark.")],
    scale: Annotated[float, typer.Option(help="Scale of the district (district only).")] = 0.01,
    world: Annotated[
        Path | None, typer.Option(help="Files of a district that is written already (district only).")
    ] = None,
) -> None:
    if name not in BENCHES:
        raise WeijianError("bench.unknown", f"没有基准测试 {name}。", name, f"可用:{'、'.join(sorted(BENCHES))}")
    module, function = BENCHES[name]
    options = {"scale": scale, "world": world} if name == "district" else {}
    getattr(import_module(module), function)(print, **options)
