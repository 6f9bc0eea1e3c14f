"""Turns the models of all installed rooms into frozen ``RecordKind`` values, once, after Django's start-up."""

from __future__ import annotations

import functools
import inspect

from django.apps import apps

from weijian.definitions.record_kinds import Frequency, Partition, RecordKind
from weijian.foundation.kinds.fact import Fact
from weijian.foundation.kinds.fields import DeclaredField
from weijian.kernel.errors import WeijianError


@functools.cache
def kinds() -> dict[str, RecordKind]:
    """All record kinds by id, in the order of their ids."""
    found = {kind.id: kind for kind, _model in _declared()}
    return dict(sorted(found.items()))


def kind_by_id(kind_id: str) -> RecordKind:
    """The kind of that id; an error naming near matches where there is none."""
    try:
        return kinds()[kind_id]
    except KeyError:
        import difflib

        near = difflib.get_close_matches(kind_id, kinds(), n=3, cutoff=0.4)
        raise WeijianError(
            "kind.unknown",
            f"没有数据集 {kind_id}。",
            kind_id,
            f"可用:{', '.join(near or list(kinds()))}",
        ) from None


def model_of(kind_id: str) -> type[Fact]:
    """The Django model behind a kind."""
    kind_by_id(kind_id)
    return next(model for kind, model in _declared() if kind.id == kind_id)


@functools.cache
def _declared() -> tuple[tuple[RecordKind, type[Fact]], ...]:
    models = [model for model in apps.get_models() if issubclass(model, Fact)]
    return tuple((record_kind(model), model) for model in models)


def record_kind(model: type[Fact]) -> RecordKind:
    """Read one model's declaration; DeclaredField columns in order, and its inner ``Kind``."""
    declared = model.Kind
    doc = inspect.getdoc(model) or ""
    source = next((line.removeprefix("Source:").strip() for line in doc.splitlines() if line.startswith("Source:")), "")
    fields = tuple(field.value() for field in model._meta.get_fields() if isinstance(field, DeclaredField))
    return RecordKind(
        id=declared.id,  # type: ignore[attr-defined]
        # Untranslated: kinds are read once, and the first to ask may be a reader of English.
        zh=model._meta.verbose_name_raw,
        en=declared.en,  # type: ignore[attr-defined]
        source=source,
        doc=doc,
        table=model._meta.db_table,
        fields=fields,
        rules=tuple(getattr(declared, "rules", ())),
        business_date=declared.business_date,  # type: ignore[attr-defined]
        partition=getattr(declared, "partition", Partition.MONTH),
        frequency=getattr(declared, "frequency", Frequency.MONTHLY),
        sensitivity=getattr(declared, "sensitivity", 3),
        list_columns=tuple(declared.columns),  # type: ignore[attr-defined]
        institution_types=tuple(getattr(declared, "institution_types", ())),
    )
