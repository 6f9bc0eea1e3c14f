"""Icons: every one that a template names is in the sprite that the front-end build has made."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "src" / "weijian"
BUILD = WEB / "web" / "static" / "build"
TAG = re.compile(r"{%\s*icon\s+\"([a-z0-9-]+)\"")


@pytest.fixture(scope="module")
def sprite() -> str:
    assert (BUILD / "icons.svg").exists(), "run `make assets` first"
    return (BUILD / "icons.svg").read_text("utf-8")


def test_every_named_icon_is_drawn(sprite: str) -> None:
    drawn = set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))
    named = {name for path in WEB.rglob("templates/**/*.html") for name in TAG.findall(path.read_text("utf-8"))}
    assert named
    assert named - drawn == set()


def test_the_script_of_every_page_stays_small(sprite: str) -> None:
    sizes = json.loads((BUILD / "build.json").read_text("utf-8"))["sizes"]
    assert sizes["weijian.js"]["bytes"] <= 300 * 1024


@pytest.mark.parametrize("name", ["NotoSerifSC-Regular", "NotoSerifSC-Bold", "NotoSansSC-Regular", "NotoSansSC-Bold"])
def test_the_faces_for_documents_are_there(name: str) -> None:
    assert (BUILD / "fonts" / f"{name}.ttf").stat().st_size > 5_000_000


def test_no_style_or_script_fetches_from_elsewhere(sprite: str) -> None:
    css = (BUILD / "weijian.css").read_text("utf-8")
    assert re.findall(r"url\(\s*[\"']?(?:https?:)?//", css) == []
    assert "@import" not in css
