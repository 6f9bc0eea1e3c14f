"""The form of a proposal."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ProposalForm(forms.Form):
    """A new value, the day from which it holds, and the document that decides it."""

    value = forms.CharField(label=_("新值"), max_length=40)
    valid_from = forms.DateField(label=_("生效日期"), widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.CharField(label=_("依据"), help_text=_("文件名和文号"), max_length=300)
