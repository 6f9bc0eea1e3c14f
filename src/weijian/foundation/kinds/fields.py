"""Model fields that declare a column of a record kind: ``Money("总费用", "Total fee")`` is column, header, check and type."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from weijian.definitions.fields import Field as FieldValue
from weijian.definitions.fields import FieldType

#: Declarations that Django itself must not see.
_OWN = ("en", "required", "codelist", "minimum", "maximum", "personal", "future", "unit", "help_zh", "help_en", "limit")


class DeclaredField(models.Field):  # type: ignore[type-arg]
    """Mixin that keeps the declaration beside the column; subclasses choose type and column."""

    field_type: FieldType

    def __init__(self, zh: str = "", en: str = "", **kwargs: Any) -> None:
        self.declared: dict[str, Any] = {"en": en or kwargs.pop("en", "")}
        for name in _OWN:
            if name in kwargs:
                self.declared[name] = kwargs.pop(name)
        kwargs.setdefault("verbose_name", zh)
        required = self.declared.get("required", True)
        kwargs.setdefault("null", not required)
        super().__init__(**kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Migrations keep the column only; headers and checks live in the declaration."""
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("verbose_name", None)
        base = next(cls for cls in type(self).__mro__ if cls.__module__.startswith("django.db.models"))
        return name, f"django.db.models.{base.__name__}", list(args), kwargs

    def value(self) -> FieldValue:
        """The declaration as a Django-free value."""
        own = self.declared
        return FieldValue(
            name=self.name,
            type=self.field_type,
            zh=str(self.verbose_name),
            en=own["en"],
            required=own.get("required", True),
            codelist=own.get("codelist"),
            minimum=own.get("minimum"),
            maximum=own.get("maximum"),
            max_length=own.get("limit"),
            personal=own.get("personal", False),
            future=own.get("future", False),
            unit=own.get("unit", ""),
            help_zh=own.get("help_zh", ""),
            help_en=own.get("help_en", ""),
        )


class SourceId(DeclaredField, models.TextField):  # type: ignore[type-arg]
    """Number of the row in the institution's own system; with institution and kind it is the row's identity."""

    field_type = FieldType.SOURCE_ID


class _Reference(DeclaredField, models.BigIntegerField):  # type: ignore[type-arg]
    """An id without a database foreign key: references are resolved set-based at intake and re-checked by ``weijian check``."""

    def __init__(self, zh: str = "", en: str = "", **kwargs: Any) -> None:
        super().__init__(zh, en, **kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        if self.db_column is None:
            self.db_column = f"{name}_id"
        super().contribute_to_class(cls, name, private_only)


class PersonRef(_Reference):
    """The person as received; in files five columns: 证件类型, 证件号码, 姓名, 性别, 出生日期."""

    field_type = FieldType.PERSON


class OrganisationRef(_Reference):
    """An institution by its code, valid on the business date."""

    field_type = FieldType.ORGANISATION


class AreaRef(_Reference):
    """An area by its GB/T 2260 or village code, valid on the business date."""

    field_type = FieldType.AREA


class CivilDate(DeclaredField, models.DateField):  # type: ignore[type-arg]
    """A civil date in Beijing time."""

    field_type = FieldType.DATE

    def __init__(self, zh: str = "", en: str = "", *, minimum: date | None = date(1900, 1, 1), **kwargs: Any) -> None:
        super().__init__(zh, en, minimum=minimum, **kwargs)


class Code(DeclaredField, models.TextField):  # type: ignore[type-arg]
    """One code of a list in ``content/codes``."""

    field_type = FieldType.CODE

    def __init__(self, zh: str = "", en: str = "", *, codelist: str = "", **kwargs: Any) -> None:
        super().__init__(zh, en, codelist=codelist, **kwargs)


class Codes(Code):
    """Several codes of a list, sorted and joined by ``;`` (empty text: none)."""

    field_type = FieldType.CODES


class Money(DeclaredField, models.BigIntegerField):  # type: ignore[type-arg]
    """An amount in 分; in files 元 with at most two decimals."""

    field_type = FieldType.MONEY

    def __init__(
        self,
        zh: str = "",
        en: str = "",
        *,
        minimum: int | None = 0,
        maximum: int | None = 500_000_000,
        **kwargs: Any,
    ) -> None:
        super().__init__(zh, en, minimum=minimum, maximum=maximum, unit="元", **kwargs)


class Integer(DeclaredField, models.BigIntegerField):  # type: ignore[type-arg]
    """A whole number."""

    field_type = FieldType.INTEGER

    def __init__(self, zh: str = "", en: str = "", *, minimum: int | None = 0, **kwargs: Any) -> None:
        super().__init__(zh, en, minimum=minimum, **kwargs)


class Number(DeclaredField, models.DecimalField):  # type: ignore[type-arg]
    """A decimal number with at most four decimals."""

    field_type = FieldType.DECIMAL

    def __init__(self, zh: str = "", en: str = "", *, minimum: Decimal | None = Decimal(0), **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 4)
        super().__init__(zh, en, minimum=minimum, **kwargs)


class Flag(DeclaredField, models.BooleanField):  # type: ignore[type-arg]
    """Yes or no; in files 是/否, 1/0, Y/N."""

    field_type = FieldType.BOOLEAN


class Text(DeclaredField, models.TextField):  # type: ignore[type-arg]
    """Free text; personal unless it says otherwise."""

    field_type = FieldType.TEXT

    def __init__(self, zh: str = "", en: str = "", *, personal: bool = True, limit: int = 500, **kwargs: Any) -> None:
        super().__init__(zh, en, personal=personal, limit=limit, **kwargs)
