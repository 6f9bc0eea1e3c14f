"""Sentences and the figures they were written about: when a figure changes, its sentence is marked until a person
has read it."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from weijian.definitions.documents import (
    Block,
    BulletList,
    FigureRef,
    Gap,
    Inline,
    Inlines,
    Note,
    Paragraph,
    Strong,
    Text,
)
from weijian.engines.documents.resolve import ResolvedDocument
from weijian.engines.documents.text import print_text

# A sentence ends after its full stop and the closing quotes and brackets that belong to it.
_END = re.compile(r"(?<=[。！？])(?![。！？”’」』）])|(?<=[。！？][”’」』）])(?![”’」』）])")


@dataclass(frozen=True)
class FigureSeen:
    """A figure as it was when the sentence was written: exact value (empty for a gap) and printed words."""

    figure: str
    value: str
    text: str


@dataclass(frozen=True)
class SentenceRecord:
    """A sentence with figures, as last written or last confirmed. ``source`` is its text with markers."""

    section: str
    source: str
    figures: tuple[FigureSeen, ...]

    @property
    def fingerprint(self) -> str:
        """Of the figures: equal exactly when no figure of the sentence has changed."""
        return hashlib.sha256("\n".join(f"{seen.figure}={seen.value}" for seen in self.figures).encode()).hexdigest()

    def as_data(self) -> dict[str, Any]:
        """The record as JSON values, to be stored beside the section's text."""
        return dataclasses.asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> SentenceRecord:
        """The inverse of :meth:`as_data`."""
        return cls(data["section"], data["source"], tuple(FigureSeen(**seen) for seen in data["figures"]))


@dataclass(frozen=True)
class StaleSentence:
    """A sentence whose figures changed since it was written: (then, now) for each that did."""

    section: str
    source: str
    changes: tuple[tuple[FigureSeen, FigureSeen], ...]


def split_sentences(runs: Sequence[Inline]) -> list[Inlines]:
    """The sentences of a paragraph, as runs."""
    sentences: list[list[Inline]] = [[]]
    for run in runs:
        if not isinstance(run, Text | Strong):
            sentences[-1].append(run)
            continue
        for position, piece in enumerate(_END.split(run.text)):
            if position:
                sentences.append([])
            if piece:
                sentences[-1].append(replace(run, text=piece))
    return [tuple(sentence) for sentence in sentences if sentence]


def record_sentences(resolved: ResolvedDocument, previous: Collection[SentenceRecord] = ()) -> list[SentenceRecord]:
    """A record for each sentence with figures. An unchanged text keeps the figures it was written about."""
    kept = {(record.section, record.source): record for record in previous}
    return [kept.get((record.section, record.source), record) for record in _current(resolved)]


def stale_sentences(records: Collection[SentenceRecord], resolved: ResolvedDocument) -> list[StaleSentence]:
    """The sentences to be read again, in reading order."""
    kept = {(record.section, record.source): record for record in records}
    stale = []
    for now in _current(resolved):
        then = kept.get((now.section, now.source))
        if then is None or then.fingerprint == now.fingerprint:
            continue
        changes = tuple((a, b) for a, b in zip(then.figures, now.figures, strict=True) if a.value != b.value)
        stale.append(StaleSentence(now.section, now.source, changes))
    return stale


def confirm_sentences(
    records: Collection[SentenceRecord], resolved: ResolvedDocument, sources: Collection[str]
) -> list[SentenceRecord]:
    """The records after a person has read the sentences ``sources`` and found that they still hold."""
    return record_sentences(resolved, [record for record in records if record.source not in sources])


def _current(resolved: ResolvedDocument) -> Iterator[SentenceRecord]:
    document = resolved.document
    parts: list[tuple[str, Sequence[Block]]] = [("", document.opening)]
    parts += [(section.id, section.blocks) for section in document.sections]
    for section, blocks in parts:
        for runs in (runs for block in blocks for runs in _texts(block)):
            for sentence in split_sentences(runs):
                seen = tuple(_seen(run, resolved) for run in sentence if isinstance(run, FigureRef | Gap))
                if seen:
                    yield SentenceRecord(section, print_text(sentence), seen)


def _texts(block: Block) -> tuple[Inlines, ...]:
    if isinstance(block, Paragraph | Note):
        return (block.runs,)
    return block.items if isinstance(block, BulletList) else ()


def _seen(run: FigureRef | Gap, resolved: ResolvedDocument) -> FigureSeen:
    figure = resolved.figures[run]
    name = str(figure.key) if figure.key else getattr(run, "figure", "")
    value = figure.value.state.value if figure.value.value is None else str(figure.value.value.normalize())
    return FigureSeen(name, value, figure.text)
