"""An index of 128-bit keys in memory that answers a block of keys at once and grows block by block."""

from __future__ import annotations

import binascii
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

#: A key as text: 32 hexadecimal digits in five groups. Places of the four hyphens.
_HYPHENS, _LENGTH = (8, 13, 18, 23), 36


@dataclass(frozen=True)
class Keys:
    """Keys as two unsigned 64-bit halves each, in the order given."""

    upper: np.ndarray
    lower: np.ndarray

    def __len__(self) -> int:
        return len(self.upper)

    def take(self, places: np.ndarray) -> Keys:
        """The keys at some places."""
        return Keys(self.upper[places], self.lower[places])

    def firsts(self) -> np.ndarray:
        """Places at which a key stands for the first time, in order."""
        order = np.lexsort((self.lower, self.upper))
        chosen = self.take(order)
        new = np.ones(len(self), dtype=bool)
        new[1:] = (chosen.upper[1:] != chosen.upper[:-1]) | (chosen.lower[1:] != chosen.lower[:-1])
        return np.sort(order[new])  # lexsort is stable: of equal keys the first stands first


def keys_of(texts: pa.Array) -> Keys:
    """Keys from UUID texts (``8-4-4-4-12`` hexadecimal digits, none missing); ValueError for anything else."""
    if len(texts) == 0:
        return Keys(np.empty(0, np.uint64), np.empty(0, np.uint64))
    if texts.null_count:
        raise ValueError("a key is missing")
    wide = texts.type == pa.large_string()
    offsets = np.frombuffer(texts.buffers()[1], np.int64 if wide else np.int32)[texts.offset :][: len(texts) + 1]
    data = np.frombuffer(texts.buffers()[2], np.uint8)[offsets[0] : offsets[-1]]
    if len(data) != _LENGTH * len(texts) or (np.diff(offsets) != _LENGTH).any():
        raise ValueError("a key is not a UUID")
    digits = np.delete(data.reshape(-1, _LENGTH), _HYPHENS, axis=1)
    halves = np.frombuffer(binascii.unhexlify(digits.tobytes()), ">u8").reshape(-1, 2).astype(np.uint64)
    return Keys(np.ascontiguousarray(halves[:, 0]), np.ascontiguousarray(halves[:, 1]))


@dataclass(frozen=True)
class _Level:
    """Keys in order of their upper halves, with the number under which each was added."""

    keys: Keys
    numbers: np.ndarray

    def find(self, asked: Keys) -> np.ndarray:
        places = np.searchsorted(self.keys.upper, asked.upper)
        places[places == len(self.keys)] = 0
        found = self.keys.take(places)
        return np.where((found.upper == asked.upper) & (found.lower == asked.lower), self.numbers[places], -1)


class KeyIndex:
    """Numbers of keys in the order in which they were added, from 0.

    Levels of sorted keys, each less than half of the one before, so that adding a block costs little beside millions of
    known keys. Where two keys share their upper half, which happens once in 10¹² pairs of millions, one of them may be called
    unknown: the caller asks the database, which knows.
    """

    def __init__(self) -> None:
        self._levels: list[_Level] = []
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def find(self, asked: Keys) -> np.ndarray:
        """The number of each key; -1 where it is not known."""
        found = np.full(len(asked), -1, dtype=np.int64)
        if not self._levels or not len(asked):
            return found
        order = np.argsort(asked.upper)  # neighbours ask neighbouring keys: far fewer cache misses
        ordered = asked.take(order)
        answer = np.full(len(asked), -1, dtype=np.int64)
        for level in self._levels:
            answer = np.maximum(answer, level.find(ordered))
        found[order] = answer
        return found

    def add(self, keys: Keys) -> None:
        """Add keys that are not known yet; they get the next numbers in their order."""
        if not len(keys):
            return
        numbers = np.arange(self._size, self._size + len(keys), dtype=np.int64)
        self._size += len(keys)
        order = np.argsort(keys.upper)
        self._levels.append(_Level(keys.take(order), numbers[order]))
        while len(self._levels) > 1 and 2 * len(self._levels[-1].keys) >= len(self._levels[-2].keys):
            last, before = self._levels.pop(), self._levels.pop()
            self._levels.append(_merged(before, last))


def _merged(one: _Level, other: _Level) -> _Level:
    upper = np.concatenate((one.keys.upper, other.keys.upper))
    lower = np.concatenate((one.keys.lower, other.keys.lower))
    order = np.argsort(upper, kind="stable")  # two sorted runs: merged, not sorted
    return _Level(Keys(upper, lower).take(order), np.concatenate((one.numbers, other.numbers))[order])
