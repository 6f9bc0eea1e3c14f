"""The labelled tile grid: a map of areas without boundaries, drawn by the server in shades of stated breaks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from weijian.foundation.ui.components.figures import PLAIN, Caption, Figure
from weijian.foundation.ui.components.text import Text
from weijian.kernel.quantities import NumberStyle

SHADES = 5
TILE = 84  # edge of a square in SVG units; four characters of a street's name fit on one line at 12


@dataclass(frozen=True, slots=True)
class Tile:
    """One area at a column and row of the grid (0 from the top left)."""

    name: Text
    column: int
    row: int
    figure: Figure
    url: str = ""


@dataclass(frozen=True, slots=True)
class PlacedTile:
    """A tile with the coordinates and shade that the drawing needs."""

    tile: Tile
    x: int
    y: int
    shade: str
    name_lines: tuple[str, ...]

    @property
    def centre(self) -> int:
        """x of the middle of the square."""
        return self.x + TILE // 2

    @property
    def name_y(self) -> int:
        """Baseline of the first line of the name; two lines start higher."""
        return self.y + (26 if len(self.name_lines) > 1 else 36)

    @property
    def second_line_y(self) -> int:
        """Baseline of the second line of the name."""
        return self.y + 41

    @property
    def value_y(self) -> int:
        """Baseline of the value."""
        return self.y + 62


@dataclass(frozen=True, slots=True)
class LegendStep:
    """One shade and the values that it stands for; ``low`` inclusive, ``high`` exclusive, None = open."""

    shade: int
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class TileGrid:
    """A tile-grid map. ``breaks`` are ascending inner limits, at most four (five shades); ``method`` states them."""

    id: str
    title: Text
    tiles: Sequence[Tile]
    breaks: Sequence[float]
    method: Text = ""
    style: NumberStyle = PLAIN
    caption: Caption | None = None

    def __post_init__(self) -> None:
        if len(self.breaks) >= SHADES or list(self.breaks) != sorted(self.breaks):
            raise ValueError(f"a tile grid takes up to {SHADES - 1} ascending breaks")

    @property
    def width(self) -> int:
        """Width of the drawing in SVG units."""
        return TILE * (max((t.column for t in self.tiles), default=0) + 1)

    @property
    def height(self) -> int:
        """Height of the drawing in SVG units."""
        return TILE * (max((t.row for t in self.tiles), default=0) + 1)

    @property
    def edge(self) -> int:
        """Edge of a tile in SVG units."""
        return TILE

    def placed(self) -> list[PlacedTile]:
        """Tiles in reading order (so that the keyboard walks them line by line), with place and shade."""
        ordered = sorted(self.tiles, key=lambda t: (t.row, t.column))
        return [
            PlacedTile(t, t.column * TILE, t.row * TILE, self._shade(t.figure), _lines(str(t.name))) for t in ordered
        ]

    def legend(self) -> list[LegendStep]:
        """The shades from low to high with their limits."""
        limits: list[float | None] = [None, *self.breaks, None]
        return [LegendStep(self._spread(i), limits[i], limits[i + 1]) for i in range(len(self.breaks) + 1)]

    @property
    def has_blank(self) -> bool:
        """Whether some area has no printable value, so that the legend explains the dashed tile."""
        return any(t.figure.state != "computed" for t in self.tiles)

    def _spread(self, step: int) -> int:
        # Fewer classes than shades are spread over the whole scale, so that two classes still differ clearly.
        return step if len(self.breaks) == 0 else round(step * (SHADES - 1) / len(self.breaks))

    def _shade(self, figure: Figure) -> str:
        if figure.state != "computed" or figure.value is None:
            return "none"
        return str(self._spread(bisect_right(list(self.breaks), float(figure.value))))


def _lines(name: str) -> tuple[str, ...]:
    """A name in at most two lines of a tile: Chinese by characters, other scripts at a space."""
    if len(name) <= 5 or (name.isascii() and " " not in name):
        return (name,)
    if " " in name:
        head, _, tail = name.partition(" ")
        return (head, tail)
    middle = (len(name) + 1) // 2
    return (name[:middle], name[middle:])
