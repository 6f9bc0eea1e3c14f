"""Which content may be edited on a page, what a value must be, and the shipped row in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from weijian import content
from weijian.kernel.errors import WeijianError


@dataclass(frozen=True)
class EditableFile:
    """A content file with dated rows: ``key`` names a row over time, ``column`` is what may be changed.

    ``minimum`` and ``maximum`` hold where the row itself states no bounds; ``whole`` asks for whole numbers.
    """

    file: str
    column: str
    key: str = "id"
    minimum: Decimal = Decimal(0)
    maximum: Decimal = Decimal(1_000_000)
    whole: bool = False


#: Only content that the product reads through ``queries.value_on`` stands here: an edit that nothing reads is no edit.
FILES: tuple[EditableFile, ...] = (
    EditableFile("thresholds.csv", "value"),
    EditableFile("figures/suppression.csv", "threshold", minimum=Decimal(2), maximum=Decimal(100), whole=True),
)


@dataclass(frozen=True)
class EditableItem:
    """One value that may be edited, with its shipped row."""

    file: EditableFile
    row: dict[str, str]

    @property
    def id(self) -> str:
        """``file:key``, the name under which proposals keep it."""
        return f"{self.file.file}:{self.row[self.file.key]}"

    @property
    def unit(self) -> str:
        """Unit, or nothing."""
        return self.row.get("unit", "")

    def checked(self, text: str) -> str:
        """The value in its one spelling. Raises ``content.value`` outside the bounds or where it is no number."""
        low, high = (
            Decimal(self.row.get(name) or bound)
            for name, bound in (("minimum", self.file.minimum), ("maximum", self.file.maximum))
        )
        try:
            value = Decimal(text.strip())
        except InvalidOperation:
            raise WeijianError("content.value", "不是数字。", self.id, "填写一个数字") from None
        if (
            not value.is_finite()
            or not low <= value <= high
            or (self.file.whole and value != value.to_integral_value())
        ):
            kind = "整数" if self.file.whole else "数字"
            raise WeijianError("content.value", f"应为{low}到{high}之间的{kind}。", self.id, "核对数值")
        return format(value.normalize(), "f")


def items(day: date) -> dict[str, EditableItem]:
    """Every editable value by id, with the shipped row in force on ``day``."""
    found = {}
    for file in FILES:
        for row in content.read_csv(file.file):
            if _in_force(row, day) or file.key not in row:
                item = EditableItem(file, row)
                found[item.id] = item
    return found


def item_by_id(item_id: str, day: date) -> EditableItem:
    """One editable value; raises ``content.unknown`` where there is none."""
    try:
        return items(day)[item_id]
    except KeyError:
        raise WeijianError("content.unknown", "没有这项可维护的内容。", item_id, "从列表选择") from None


def _in_force(row: dict[str, str], day: date) -> bool:
    starts, ends = row.get("valid_from", ""), row.get("valid_to", "")
    return (not starts or date.fromisoformat(starts) <= day) and (not ends or day <= date.fromisoformat(ends))
