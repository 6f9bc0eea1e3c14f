"""A bureau's own boundaries: what is taken in, what is refused with a remedy, and that maps then draw them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from weijian.foundation.accounts.models import User
from weijian.kernel.errors import WeijianError
from weijian.web.boundaries.geojson import Street, named, read_boundaries
from weijian.web.boundaries.models import BoundarySet
from weijian.web.boundaries.queries import outlines, streets

STREETS = (Street("440113001", "市桥街道", "Shiqiao"), Street("440113002", "沙湾镇", "Shawan"))
SQUARE = [[[113.0, 22.9], [113.1, 22.9], [113.1, 23.0], [113.0, 22.9]]]


def _feature(geometry: dict[str, Any] | None = None, **properties: object) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": geometry or {"type": "Polygon", "coordinates": SQUARE},
    }


def _file(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "properties",
    [
        {"code": "440113001"},
        {"区划代码": "440113001000"},
        {"adcode": 440113001},
        {"name": "市桥街"},
        {"名称": "市桥街道办事处"},
        {"XZQMC": "市桥街道"},
    ],
)
def test_a_street_is_known_by_code_or_by_any_way_to_write_its_name(properties: dict[str, Any]) -> None:
    found = read_boundaries(_file(_feature(**properties)), STREETS)
    assert [one["properties"]["code"] for one in found.features] == ["440113001"]
    assert found.missing == ["沙湾镇"]


def test_pieces_become_one_outline_and_nothing_else_of_the_file_is_kept() -> None:
    pieces = (_feature(name="市桥街道", owner="某测绘单位"), _feature(name="市桥街道"), _feature(name="别处"))
    found = read_boundaries(b"\xef\xbb\xbf" + _file(*pieces), STREETS)
    (one,) = found.features
    assert one["geometry"]["coordinates"] == [SQUARE, SQUARE]
    assert set(one["properties"]) == {"code", "zh", "en"} and found.unknown == ["别处"]
    assert named(found.features, "en")["features"][0]["properties"]["name"] == "Shiqiao"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"[]",
        b'{"type": "FeatureCollection"}',
        _file(),
        _file(_feature(name="别处")),
        _file(_feature({"type": "Point", "coordinates": [1, 2]}, name="市桥街道")),
        _file(_feature({"type": "Polygon", "coordinates": [[["a", "b"]]]}, name="市桥街道")),
        _file(_feature({"type": "Polygon", "coordinates": []}, name="市桥街道")),
        b'{"type":"FeatureCollection","features":[{"properties":{"name":"x"},"geometry":{"type":"Polygon",'
        b'"coordinates":[[[NaN,1]]]}}]}',
        b'{"type":"FeatureCollection","features":[7]}',
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_remedy(content: bytes) -> None:
    with pytest.raises(WeijianError, match=r"boundaries\.file") as refused:
        read_boundaries(content, STREETS)
    assert refused.value.fix


@pytest.mark.django_db
def test_maps_draw_loaded_boundaries_until_they_are_withdrawn(client: Client, small_world: int) -> None:
    client.force_login(User.objects.get(username="statistician"))
    page = "/indicators/contract.coverage/?by=area"
    assert "wj-tiles" in client.get(page).content.decode() and outlines("zh") is None
    content = _file(*(_feature(code=one.code) for one in streets()))
    address = reverse("boundaries")
    sent = {"file": SimpleUploadedFile("镇街.geojson", content), "source": ""}
    assert client.post(address, sent).status_code == 200 and not BoundarySet.objects.exists()
    sent = {"file": SimpleUploadedFile("镇街.geojson", b"{}"), "source": "区自然资源局提供,仅供本局使用"}
    assert client.post(address, sent).status_code == 422
    sent = {"file": SimpleUploadedFile("镇街.geojson", content), "source": "区自然资源局提供,仅供本局使用"}
    assert client.post(address, sent).status_code == 302
    kept = BoundarySet.objects.get()
    assert kept.matched == len(streets())
    drawn, found = client.get(page).content.decode(), outlines("zh")
    assert found is not None and "wj-tiles" not in drawn
    assert found.url in drawn and "区自然资源局提供,仅供本局使用" in drawn
    collection = client.get(found.url).json()
    assert {one["properties"]["name"] for one in collection["features"]} == {one.zh for one in streets()}
    assert client.get(address).status_code == 200
    client.post(reverse("boundaries_withdraw", args=[kept.public_id]))
    assert "wj-tiles" in client.get(page).content.decode()
    client.force_login(User.objects.get(username="clerk"))
    assert client.get(address).status_code == 403
