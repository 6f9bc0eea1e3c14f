"""The published report of a real district: its text survives the editor, and its typed figures are found."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import pytest

import weijian.content
from weijian.definitions.documents import Paragraph
from weijian.engines.documents.text import parse_body, print_body
from weijian.engines.documents.typed_numbers import find_typed_numbers, load_allow_list

SHARED = Path(os.environ.get("WEIJIAN_SHARED", Path(__file__).parents[4] / "shared"))
ALLOWED = Path(weijian.content.__file__).parent / "documents" / "allowed_numbers.csv"
_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]+(?:\.[0-9]+)?(?![0-9年月日号A-Za-z])")
pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def published() -> str:
    found = sorted((SHARED / "seeds").glob("000_*.txt"))
    if not found:
        pytest.skip(f"the reference documents are not at {SHARED.name}")
    return found[0].read_text(encoding="utf-8")


def test_text_survives_the_editor(published: str) -> None:
    blocks = parse_body(published)
    assert parse_body(*print_body(blocks)) == blocks
    assert sum(isinstance(block, Paragraph) for block in blocks) > 30


def test_published_figures_are_found_as_typed_numbers(published: str) -> None:
    allowed = load_allow_list(ALLOWED)
    paragraphs = [block for block in parse_body(published) if isinstance(block, Paragraph)]
    found = {number.text for block in paragraphs for number in find_typed_numbers(block.runs, allowed)}
    numbers = {match for text in found for match in re.findall(r"[0-9.]+", text)}
    with (SHARED / "reference" / "figures.csv").open(encoding="utf-8") as stream:
        quotes = [row["quote"] for row in csv.DictReader(stream) if row["seed"] == "000" and row["kind"] == "actual"]
    wanted = {number for quote in quotes for number in _NUMBER.findall(quote)}
    missed = wanted - numbers
    print(f"{len(wanted - missed)} of {len(wanted)} numbers of the quoted figures are found; missed: {sorted(missed)}")
    assert len(wanted) > 90 and not missed
