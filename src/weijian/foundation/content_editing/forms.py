"""The form of a proposal."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """A new code with both names, the day from which it is understood, and the document that decides it."""

    code = forms.CharField(label=_("代码"), max_length=12)
    zh = forms.CharField(label=_("中文名称"), max_length=60)
    en = forms.CharField(label=_("英文名称"), max_length=80)
    valid_from = forms.DateField(label=_("生效日期"), widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.CharField(label=_("依据"), help_text=_("文件名和文号"), max_length=300)


class EndForm(forms.Form):
    """A code that is no longer offered from a day on."""

    code = forms.ChoiceField(label=_("停用的代码"))
    valid_from = forms.DateField(label=_("停用日期"), widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.CharField(label=_("依据"), help_text=_("文件名和文号"), max_length=300)


class ProposalForm(forms.Form):
    """A new value, the day from which it holds, and the document that decides it."""

    value = forms.CharField(label=_("新值"), max_length=40)
    valid_from = forms.DateField(label=_("生效日期"), widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.CharField(label=_("依据"), help_text=_("文件名和文号"), max_length=300)
