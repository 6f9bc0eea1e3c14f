"""Reads boundaries: what a feature may be, and which street it is; nothing else of the file is kept."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from weijian.kernel.errors import WeijianError

#: Largest file, and most points of all outlines together: more only makes the map slow, not better.
MOST_BYTES = 20 * 2**20
MOST_POINTS = 200_000

#: Properties in which a feature may name its street: a code is looked for first.
CODES = ("code", "adcode", "id", "区划代码", "代码", "XZQDM", "xzqdm", "ADCODE", "CODE")
NAMES = ("name", "NAME", "Name", "名称", "镇街", "街道", "XZQMC", "xzqmc")


@dataclass(frozen=True)
class Street:
    """A street to be found in the file."""

    code: str
    zh: str
    en: str


@dataclass
class Boundaries:
    """Features of the streets that were found, and what was not: streets without outline, features without street."""

    features: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def read_boundaries(content: bytes, streets: Sequence[Street]) -> Boundaries:
    """Outlines of the streets. Coordinates may be degrees or metres of any projection: the map only needs their shape.

    Raises WeijianError ``boundaries.file`` for what is no GeoJSON FeatureCollection, is too large, or holds none of the
    streets. Several features of one street become one outline.
    """
    if len(content) > MOST_BYTES:
        raise _refused(f"文件超过{MOST_BYTES // 2**20}MB。", "简化边界后再导入")
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError):
        raise _refused("不是GeoJSON文件。", "导出为UTF-8编码的GeoJSON") from None
    if (
        not isinstance(data, dict)
        or data.get("type") != "FeatureCollection"
        or not isinstance(data.get("features"), list)
    ):
        raise _refused("不是GeoJSON要素集(FeatureCollection)。", "导出镇街面图层为GeoJSON")
    by_code = {one.code: one for one in streets}
    by_name = {_plain(one.zh): one for one in streets}
    shapes: dict[str, list[Any]] = {}
    found = Boundaries()
    points = 0
    for feature in data["features"]:
        polygons = _polygons(feature)
        points += sum(len(ring) for polygon in polygons for ring in polygon)
        if points > MOST_POINTS:
            raise _refused(f"边界超过{MOST_POINTS:,}个点。", "简化边界后再导入")
        properties = feature.get("properties") or {}
        street = _street(properties, by_code, by_name)
        if street is None:
            found.unknown.append(_label(properties))
        else:
            shapes.setdefault(street.code, []).extend(polygons)
    if not shapes:
        raise _refused("没有一个要素与本区镇街相符。", "要素属性中写镇街的区划代码(code)或名称(name)")
    for one in streets:
        if one.code in shapes:
            geometry = {"type": "MultiPolygon", "coordinates": shapes[one.code]}
            properties = {"code": one.code, "zh": one.zh, "en": one.en}
            found.features.append({"type": "Feature", "properties": properties, "geometry": geometry})
        else:
            found.missing.append(one.zh)
    return found


def named(features: Sequence[Mapping[str, Any]], lang: str) -> dict[str, Any]:
    """The collection as a map reads it: ``name`` in the reader's language."""
    key = "en" if lang == "en" else "zh"
    return {
        "type": "FeatureCollection",
        "features": [
            {**one, "properties": {"code": one["properties"]["code"], "name": one["properties"][key]}}
            for one in features
        ],
    }


def _polygons(feature: Any) -> list[Any]:
    """The polygons of a feature, every coordinate checked to be a pair of finite numbers."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise _refused("有要素不是面(Polygon、MultiPolygon)。", "只导出镇街面图层")
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise _refused("有要素没有坐标。", "检查图层后重新导出")
    return [[[_point(pair) for pair in _listed(ring)] for ring in _listed(polygon)] for polygon in polygons]


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise _refused("有要素的坐标不完整。", "检查图层后重新导出")
    return value


def _point(pair: Any) -> list[float]:
    try:
        x, y = float(pair[0]), float(pair[1])
    except (TypeError, ValueError, IndexError):
        raise _refused("有坐标不是数字。", "检查图层后重新导出") from None
    if not (math.isfinite(x) and math.isfinite(y)):
        raise _refused("有坐标不是数字。", "检查图层后重新导出")
    return [x, y]


def _street(
    properties: Mapping[str, Any], by_code: Mapping[str, Street], by_name: Mapping[str, Street]
) -> Street | None:
    for key in CODES:
        code = str(properties.get(key) or "").strip()
        # National tables write a street's code with nine or with twelve digits.
        found = by_code.get(code) or (by_code.get(code[:9]) if len(code) == 12 and code.endswith("000") else None)
        if found is not None:
            return found
    for key in NAMES:
        name = _plain(str(properties.get(key) or ""))
        if name in by_name:
            return by_name[name]
    return None


def _plain(name: str) -> str:
    """A street's name without what is written or left out at will."""
    name = name.strip()
    for tail in ("街道办事处", "街道", "镇人民政府", "街", "镇"):
        if name.endswith(tail) and len(name) > len(tail) + 1:
            return name.removesuffix(tail)
    return name


def _label(properties: Mapping[str, Any]) -> str:
    for key in (*NAMES, *CODES):
        text = str(properties.get(key) or "").strip()
        if text:
            return text[:40]
    return "?"


def _refused(what: str, fix: str) -> WeijianError:
    return WeijianError("boundaries.file", what, "", fix)
