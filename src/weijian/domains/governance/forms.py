"""Forms of the plan's pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ProgressForm(forms.Form):
    """Quarterly progress with evidence."""

    quarter = forms.RegexField(label=_("季度"), regex=r"^\d{4}-Q[1-4]$", help_text=_("例如 2018-Q1"))
    text = forms.CharField(label=_("进展"), widget=forms.Textarea(attrs={"rows": 4}))
    evidence = forms.CharField(label=_("佐证材料"), required=False, help_text=_("文件名、文号或存放位置"))


class SupervisionForm(forms.Form):
    """A supervised task."""

    text = forms.CharField(label=_("督办要求"), widget=forms.Textarea(attrs={"rows": 3}))
    due_on = forms.DateField(label=_("办理期限"), widget=forms.DateInput(attrs={"type": "date"}))


class RevisionForm(forms.Form):
    """A target's revision with its document."""

    value = forms.DecimalField(label=_("新目标值"), max_digits=16, decimal_places=4)
    document = forms.CharField(label=_("依据文件"), help_text=_("文件名和文号"))
