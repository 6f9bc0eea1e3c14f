"""Numbers typed by people: a figure belongs in a marker, so the editor shows which numbers of a text are none.

Ordinals, dates, document numbers and names that hold digits (120, 1+N, H7N9) are no figures. Which ones a district
allows is content: a CSV with the columns ``pattern, reason`` (``content/documents/allowed_numbers.csv``).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from weijian.definitions.documents import Inline, Strong, Text
from weijian.kernel.errors import WeijianError

_NUMERALS = "零〇一二三四五六七八九十百千万亿两"
# Arabic digits in both widths; 百分之…; and Chinese numerals of two or more characters before a word that counts.
_NUMBER = re.compile(
    r"(?P<arabic>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?|[０-９]+(?:，[０-９]{3})*(?:．[０-９]+)?)\s?(?P<unit>(?:万|亿|多|余)*(?:人次|个百分点|[%％‰人例宗件起家间所个张名次元户份条项台辆岁年天])?)"
    rf"|[百千万]分之[{_NUMERALS}点]+"
    rf"|(?<![唯第])[{_NUMERALS}]{{2,}}多?(?:人次|个百分点|[人例宗件起家间所张名元户份])"
)


@dataclass(frozen=True)
class TypedNumber:
    """A literal number: its words with unit, and the sentence part around it."""

    text: str
    start: int
    context: str


@dataclass(frozen=True)
class AllowList:
    """Patterns of numbers that are no figures."""

    patterns: tuple[re.Pattern[str], ...]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where in ``text`` numbers may stand."""
        return [match.span() for pattern in self.patterns for match in pattern.finditer(text)]


def load_allow_list(path: Path) -> AllowList:
    """The allow list of a content file. Raises ``document.bad_pattern`` naming the line."""
    patterns = []
    with path.open(encoding="utf-8", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), start=2):
            try:
                patterns.append(re.compile(row["pattern"]))
            except (re.error, KeyError) as error:
                raise WeijianError(
                    "document.bad_pattern",
                    f"An allowed number is no pattern: {error}.",
                    f"{path.name}:{line}",
                    "Mend the pattern.",
                ) from error
    return AllowList(tuple(patterns))


def find_typed_numbers(runs: Sequence[Inline], allowed: AllowList) -> list[TypedNumber]:
    """The literal numbers of a paragraph, in order. ``start`` counts characters of the paragraph's typed text.

    Markers stand as a space, so that a date may not reach over one.
    """
    text = "".join(run.text if isinstance(run, Text | Strong) else " " for run in runs)
    free = allowed.spans(text)
    found = []
    for match in _NUMBER.finditer(text):
        last = match.end("arabic") if match["arabic"] else match.end()
        if any(start <= match.start() and last <= end for start, end in free):
            continue
        around = text[max(0, match.start() - 10) : match.end() + 10]
        found.append(TypedNumber(match[0].strip(), match.start(), around))
    return found
