"""Forms of ad-hoc tables: what to ask, of whom, until when; the columns as lines of a small table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from weijian.exchange.adhoc_tables.addressing import Addressees
from weijian.exchange.adhoc_tables.columns import Column
from weijian.foundation.areas.models import Area
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.ui.choices import choose_from
from weijian.foundation.ui.presentation import language

#: Lines for columns on an empty form.
BLANK_LINES = 8
#: Lines of a grid that are read; larger tables come as Excel.
MOST_LINES = 5000

TYPE_CHOICES = (
    ("text", _("文字")),
    ("integer", _("整数")),
    ("decimal", _("数字")),
    ("date", _("日期")),
    ("choice", _("选项")),
    ("boolean", _("是否")),
)
LEVEL_CHOICES = (("3", _("三级")), ("2", _("二级")), ("1", _("一级")), ("0", _("未定级")))


class IssueForm(forms.Form):
    """Title, deadline and addressees; the columns are read by :func:`read_columns`."""

    title = forms.CharField(label=_("报表名称"), max_length=100)
    note = forms.CharField(label=_("填报说明"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    due_on = forms.DateField(label=_("截止日期"), widget=forms.DateInput(attrs={"type": "date"}))
    shape = forms.ChoiceField(
        label=_("每家机构填"),
        choices=(("one", _("一行")), ("many", _("多行(清单)"))),
        widget=forms.RadioSelect,
        initial="one",
    )
    types = forms.MultipleChoiceField(
        label=_("机构类型"), choices=Organisation.Type.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    levels = forms.MultipleChoiceField(
        label=_("医院级别"), choices=LEVEL_CHOICES, required=False, widget=forms.CheckboxSelectMultiple
    )
    streets = forms.TypedMultipleChoiceField(
        label=_("镇街"), required=False, coerce=int, widget=forms.SelectMultiple(attrs={"size": 6})
    )
    codes = forms.CharField(
        label=_("另加的机构"),
        required=False,
        help_text=_("机构代码或全称,用逗号、顿号或空格分开"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Streets where institutions stand: one that was renamed still names those that have not moved.
        standing = Organisation.objects.values_list("area_id", "area__parent_id")
        places = {one for pair in standing for one in pair if one is not None}
        streets = Area.objects.filter(level=Area.Level.STREET, pk__in=places).order_by("code")
        choose_from(self, "streets", [(one.pk, one.en if language() == "en" else one.zh) for one in streets])

    def clean_codes(self) -> list[str]:
        """Institutions by code or by full name, as codes; an unknown one is named."""
        typed: list[str] = self.cleaned_data["codes"].replace(",", " ").replace("，", " ").replace("、", " ").split()
        found: dict[str, str] = {}
        for one in Organisation.objects.filter(Q(code__in=typed) | Q(zh__in=typed)).order_by("valid_from"):
            found |= {one.code: one.code, one.zh: one.code}
        unknown = sorted(set(typed) - set(found))
        if unknown:
            raise forms.ValidationError(_("没有机构 %(codes)s"), params={"codes": "、".join(unknown)})
        return [found[one] for one in typed]

    def addressees(self) -> Addressees:
        """The choice of institutions of a valid form."""
        data = self.cleaned_data
        return Addressees(data["types"], data["levels"], data["streets"], data["codes"])


class DeadlineForm(forms.Form):
    """Another deadline."""

    due_on = forms.DateField(label=_("截止日期"), widget=forms.DateInput(attrs={"type": "date"}))


def read_columns(posted: Mapping[str, str]) -> tuple[Column, ...]:
    """Columns from the lines ``name-n, type-n, required-n, choices-n, unit-n``; lines without a name are left out."""
    found: list[Column] = []
    for line in range(100):
        name = posted.get(f"name-{line}", "").strip()
        if not name:
            continue
        words = posted.get(f"choices-{line}", "").replace("，", ",").replace("、", ",")
        choices = tuple(dict.fromkeys(one.strip() for one in words.split(",") if one.strip()))
        found.append(
            Column(
                f"c{len(found) + 1}",
                name,
                posted.get(f"type-{line}", "text"),
                f"required-{line}" in posted,
                choices,
                posted.get(f"unit-{line}", "").strip(),
            )
        )
    return tuple(found)


def column_lines(posted: Mapping[str, str]) -> list[dict[str, Any]]:
    """The lines as typed, so that nothing is lost when the form comes back; always some empty ones at the end."""
    filled = [line for line in range(100) if posted.get(f"name-{line}", "").strip()]
    count = max([BLANK_LINES, *(line + 4 for line in filled)])
    return [
        {
            "line": line,
            "name": posted.get(f"name-{line}", ""),
            "type": posted.get(f"type-{line}", "text"),
            "required": f"required-{line}" in posted,
            "choices": posted.get(f"choices-{line}", ""),
            "unit": posted.get(f"unit-{line}", ""),
        }
        for line in range(min(count, 44))
    ]


def read_grid(posted: Mapping[str, str], columns: tuple[Column, ...]) -> list[dict[str, object]]:
    """Rows of the grid form ``r<n>-<column key>`` in order, as typed; ``lines`` says how many were drawn."""
    lines = posted.get("lines", "")
    count = min(int(lines), MOST_LINES) if lines.isascii() and lines.isdigit() and len(lines) < 8 else 0
    return [{column.key: posted.get(f"r{number}-{column.key}", "") for column in columns} for number in range(count)]
