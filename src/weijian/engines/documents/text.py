"""Plain text with markers ↔ inline runs and blocks: what people edit on a page, and what the writers print.

One line is one paragraph. ``**bold**``; a line that begins with ``- `` is a list item, with ``> `` a note; ``---``
is a page break; ``{{table:id}}`` or ``{{chart:id}}`` alone on a line stands for that table or chart. A backslash
takes the meaning from the character after it. ``parse(print(x))`` gives ``x`` back in its normal form.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from weijian.definitions.documents import (
    Block,
    BulletList,
    Chart,
    FigureRef,
    Gap,
    Inline,
    Inlines,
    Note,
    PageBreak,
    Paragraph,
    Strong,
    Table,
    Text,
    is_forbidden,
)
from weijian.engines.documents.markers import (
    MarkerProblem,
    ProblemCode,
    TextProblems,
    UnreadableMarker,
    escape,
    parse_marker,
    print_marker,
)

# An escape; a whole marker (its text may hold escapes); the start of one that is never closed; a change of weight.
_TOKEN = re.compile(r"\\[\\{}|*>-]|\{\{((?:\\.|(?!\{\{|\}\}).)*)\}\}|\{\{|\*\*")
_STANDING = re.compile(r"\{\{(table|chart):([^{}|]*)\}\}")


def clean(text: str) -> str:
    """Pasted text without what may not stand in a document: control characters go, tabs become a space."""
    spaced = re.sub(r"[\t\x0b\x0c\u2028\u2029]", " ", text)
    return "".join(character for character in spaced if not is_forbidden(character))


def normalise(runs: Sequence[Inline]) -> Inlines:
    """Neighbours of one kind joined, empty ones dropped, the ends of the line stripped."""
    joined: list[Inline] = []
    for run in runs:
        last = joined[-1] if joined else None
        if isinstance(run, Text) and isinstance(last, Text):
            joined[-1] = Text(last.text + run.text)
        elif isinstance(run, Strong) and isinstance(last, Strong):
            joined[-1] = Strong(last.text + run.text)
        elif not isinstance(run, Text | Strong) or run.text:
            joined.append(run)
    while joined and isinstance(first := joined[0], Text | Strong) and first.text != first.text.lstrip():
        joined[0:1] = [type(first)(first.text.lstrip())] if first.text.strip() else []
    while joined and isinstance(final := joined[-1], Text | Strong) and final.text != final.text.rstrip():
        joined[-1:] = [type(final)(final.text.rstrip())] if final.text.strip() else []
    return tuple(joined)


def _scan(text: str, line: int, measures: Collection[str] | None) -> tuple[Inlines, list[MarkerProblem]]:
    runs: list[Inline] = []
    problems: list[MarkerProblem] = []
    strong = False
    at = 0

    def say(words: str) -> None:
        runs.append(Strong(words) if strong else Text(words))

    text = clean(text)
    for token in _TOKEN.finditer(text):
        say(text[at : token.start()])
        at = token.end()
        if token[0] == "**":
            strong = not strong
        elif token[0] == "{{":
            problems.append(MarkerProblem(line, text[token.start() : token.start() + 20], ProblemCode.OPEN_MARKER))
        elif token[1] is None:
            say(token[0][1])
        else:
            try:
                runs.append(parse_marker(token[1], measures))
            except UnreadableMarker as error:
                problems.append(MarkerProblem(line, token[0], error.code, error.detail))
    say(text[at:])
    if strong:
        problems.append(MarkerProblem(line, "**", ProblemCode.OPEN_STRONG))
    return normalise(runs), problems


def parse_text(text: str, measures: Collection[str] | None = None, *, line: int = 1) -> Inlines:
    """The runs of one line of text. Raises :class:`TextProblems` with every marker that cannot be understood."""
    runs, problems = _scan(text, line, measures)
    if problems:
        raise TextProblems(tuple(problems))
    return runs


def print_text(runs: Sequence[Inline]) -> str:
    """The runs as one line of text."""
    parts = []
    for run in normalise(runs):
        if isinstance(run, Text):
            parts.append(escape(run.text))
        elif isinstance(run, Strong):
            parts.append(f"**{escape(run.text)}**")
        elif isinstance(run, FigureRef | Gap):
            parts.append(print_marker(run))
    return "".join(parts)


def parse_body(
    text: str, standing: Mapping[str, Table | Chart] | None = None, measures: Collection[str] | None = None
) -> tuple[Block, ...]:
    """The blocks of a section's text.

    ``standing`` are the tables and charts that it may name. Raises :class:`TextProblems`.
    """
    blocks: list[Block] = []
    problems: list[MarkerProblem] = []
    in_list = False
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        line = clean(line).strip()
        item = line.startswith("- ")
        if item or line.startswith("> "):
            runs, found = _scan(line[2:], number, measures)
            problems += found
            if item and runs and in_list and isinstance(last := blocks[-1], BulletList):
                blocks[-1] = BulletList((*last.items, runs))
            elif runs:
                blocks.append(BulletList((runs,)) if item else Note(runs))
        elif line == "---":
            blocks.append(PageBreak())
        elif reference := _STANDING.fullmatch(line):
            block = (standing or {}).get(reference[2].strip())
            if block is None or isinstance(block, Table) != (reference[1] == "table"):
                problems.append(MarkerProblem(number, line, ProblemCode.NO_BLOCK, "、".join(standing or {})))
            else:
                blocks.append(block)
        elif line:
            runs, found = _scan(line, number, measures)
            problems += found
            blocks += [Paragraph(runs)] if runs else []
        in_list = item
    if problems:
        raise TextProblems(tuple(problems))
    return tuple(blocks)


def print_body(blocks: Sequence[Block]) -> tuple[str, dict[str, Table | Chart]]:
    """A section's blocks as text, with the tables and charts that the text names."""
    lines: list[str] = []
    standing: dict[str, Table | Chart] = {}
    for block in blocks:
        if isinstance(block, Paragraph):
            line = print_text(block.runs)
            lines.append("\\" + line if line[:1] in ("-", ">") else line)
        elif isinstance(block, Note):
            lines += ["> " + line for line in [print_text(block.runs)] if line]
        elif isinstance(block, BulletList):
            items = [print_text(item) for item in block.items]
            lines += ["- " + item for item in items if item] + [""]  # the empty line parts two lists
        elif isinstance(block, PageBreak):
            lines.append("---")
        else:
            lines.append("{{" + type(block).__name__.lower() + ":" + block.id + "}}")
            standing[block.id] = block
    return "\n".join(lines).rstrip("\n"), standing
