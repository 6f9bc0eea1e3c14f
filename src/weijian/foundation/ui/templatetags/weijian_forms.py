"""Template tags that draw Django forms the way every page does: ``{% load weijian_forms %}``.

Label above, help below the label, unit inside the field, the error in words beside it and again in the summary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django import forms, template
from django.forms.boundfield import BoundField

register = template.Library()

Kind = Literal["", "date8", "resident_id", "code", "number"]

_CHOICE_WIDGETS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
_WIDTHS = {"4": "wj-w-4", "8": "wj-w-8", "12": "wj-w-12", "20": "wj-w-20"}
# Attributes that the form script and the keyboard of a tablet read, by kind of field.
_KIND_ATTRIBUTES: dict[str, dict[str, str]] = {
    "": {},
    "date8": {"data-date8": "", "inputmode": "numeric", "autocomplete": "off", "placeholder": "20170101"},
    "resident_id": {
        "data-resident-id": "", "autocomplete": "off", "maxlength": "18", "spellcheck": "false",
        "autocapitalize": "characters",
    },
    "code": {"autocomplete": "off", "spellcheck": "false"},
    "number": {"inputmode": "decimal", "autocomplete": "off"},
}  # fmt: skip
_KIND_WIDTHS = {"date8": "12", "resident_id": "20", "number": "12"}


@register.inclusion_tag("web/components/field.html")
def field(
    bound: BoundField,
    unit: str = "",
    kind: Kind = "",
    width: str = "",
    label: str = "",
    help: str | None = None,
    compact: bool = False,
    inline: bool = False,
    fills: str = "",
    autofocus: bool = False,
) -> dict[str, object]:
    """A form field. ``kind`` gives typing help: ``date8`` (8 digits), ``resident_id`` (``fills`` names the fields
    for birth date and sex, ``birth:sex``), ``number``, ``code``. ``width`` is 4, 8, 12 or 20 characters. ``label`` and
    ``help`` replace the form's own; ``help=""`` leaves it out.
    """
    widget = bound.field.widget
    size = _WIDTHS.get(width or _KIND_WIDTHS.get(kind, ""), "")
    words = bound.help_text if help is None else help
    # Labels stand above; a placeholder that repeats the label only looks like a filled field.
    attrs: dict[str, str | bool] = {"placeholder": False, **_KIND_ATTRIBUTES[kind]}
    described = [f"{bound.auto_id}_helptext"] if words else []
    if isinstance(widget, forms.Select) and not isinstance(widget, _CHOICE_WIDGETS):
        attrs["class"] = f"form-select {size}"
    elif not isinstance(widget, (*_CHOICE_WIDGETS, forms.CheckboxInput)):
        attrs["class"] = f"form-control {'' if unit else size}"
    if unit:
        described.append(f"{bound.auto_id}_unit")
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
        attrs["aria-invalid"] = "true"
    derived = kind in ("date8", "resident_id")
    if derived:
        described.append(f"{bound.auto_id}_derived")
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if fills:
        attrs["data-fills"] = fills
    if autofocus:
        attrs["autofocus"] = ""
    choices = isinstance(widget, _CHOICE_WIDGETS)
    return {
        "bound": bound, "unit": unit, "label": label or bound.label, "help": words,
        "compact": compact, "inline": inline, "width_class": size, "derived": derived, "choices": choices,
        "checkbox": isinstance(widget, forms.CheckboxInput),
        "control": "" if choices else bound.as_widget(attrs=attrs),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class SummaryItem:
    """One line of the error summary: the field's label, the error, and the id to jump to."""

    label: str
    text: str
    target: str


@register.inclusion_tag("web/components/error_summary.html")
def error_summary(*forms_on_page: forms.BaseForm) -> dict[str, object]:
    """All errors of the forms on a page, those of no field first, each with a link to its field."""
    items: list[SummaryItem] = []
    for form in forms_on_page:
        items += [SummaryItem("", str(error), "") for error in form.non_field_errors()]
        for name, errors in form.errors.items():
            if name == "__all__":
                continue
            bound = form[name]
            target = bound.id_for_label or bound.auto_id or f"field-{bound.html_name}"
            items += [SummaryItem(str(bound.label), str(error), target) for error in errors]
    return {"items": items}
