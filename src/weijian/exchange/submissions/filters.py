"""What narrows the lists of what is owed and of receipts: a form above the table, chips that show what is active."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weijian.exchange.submissions.models import Submission
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.ui.choices import choose_from
from weijian.foundation.ui.components import FilterChip
from weijian.foundation.ui.presentation import language


class ListFilter(forms.Form):
    """Period, dataset and institution (part of its code or name); what is not understood narrows nothing."""

    period = forms.CharField(
        label=gettext_lazy("报送期"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "2017-03", "size": 8}),
    )
    dataset = forms.ChoiceField(label=gettext_lazy("数据集"), required=False)
    institution = forms.CharField(
        label=gettext_lazy("机构"), required=False, widget=forms.TextInput(attrs={"size": 12})
    )

    def __init__(self, *args: Any, single: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "dataset", [("", _("全部")), *dataset_choices()])
        if single:
            del self.fields["institution"]

    def narrowed(self, found: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that fit."""
        self.is_valid()
        said = self.cleaned_data
        if said.get("period"):
            found = found.filter(period__startswith=said["period"].strip())
        if said.get("dataset"):
            found = found.filter(dataset=said["dataset"])
        if said.get("institution"):
            part = said["institution"].strip()
            named = Q(institution__code__icontains=part) | Q(institution__zh__icontains=part)
            found = found.filter(named | Q(institution__en__icontains=part))
        return found

    def chips(self) -> list[FilterChip]:
        """The active filters in words."""
        self.is_valid()
        names = dict(dataset_choices())
        return [
            FilterChip(self.fields[name].label or "", names.get(value, value), name)
            for name, value in self.cleaned_data.items()
            if value
        ]


class ReceiptFilter(ListFilter):
    """The same for receipts, with what became of the file."""

    state = forms.ChoiceField(label=gettext_lazy("结果"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "state", [("", _("全部")), *self._states()])

    @staticmethod
    def _states() -> list[tuple[str, Any]]:
        """What may have become of a file, with its words."""
        return [*Submission.State.choices, ("quarantined", _("有待修改的行"))]

    def narrowed(self, found: QuerySet[Any]) -> QuerySet[Any]:
        """The receipts that fit."""
        found = super().narrowed(found)
        state = self.cleaned_data.get("state")
        if state == "quarantined":
            return found.filter(quarantined__gt=0)
        return found.filter(state=state) if state else found

    def chips(self) -> list[FilterChip]:
        """The active filters in words."""
        words = {value: str(text) for value, text in self._states()}
        return [
            FilterChip(one.label, words.get(str(one.value), one.value), one.param) if one.param == "state" else one
            for one in super().chips()
        ]


def dataset_choices() -> list[tuple[str, str]]:
    """Datasets with their names in the reader's language, by name."""
    english = language() == "en"
    return sorted(((kind.id, kind.en if english else kind.zh) for kind in kinds().values()), key=lambda one: one[1])
