"""What is asked at the desk: a decision with its grounds, a day to wait for, a person to look for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weijian.foundation.ui.choices import choose_from

#: Value of the choice that none of the candidates is the person.
NONE = "none"


class DecisionForm(forms.Form):
    """Which candidate the person is, or none, and why."""

    choice = forms.ChoiceField(label=_("判定"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("判定依据"), max_length=200, help_text=_("例如:核对证件原件、查阅病历、电话核实。不要写姓名和号码。")
    )

    def __init__(self, *args: Any, letters: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (public_id, _("与 %(letter)s 是同一人") % {"letter": letter}) for public_id, letter in letters.items()
        ]
        choose_from(self, "choice", [*choices, (NONE, _("都不是,另立一人"))])


class PutOffForm(forms.Form):
    """Until when a question waits, and what for."""

    until = forms.DateField(label=_("暂缓到"), widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label=_("原因"), max_length=200)


class ReasonForm(forms.Form):
    """A reason alone: refer, merge, undo."""

    reason = forms.CharField(label=_("依据"), max_length=200)


class SearchForm(forms.Form):
    """Whom to look for; sent in the body, so that no name stands in an address."""

    id_no = forms.CharField(label=_("证件号码"), max_length=30, required=False)
    name = forms.CharField(label=_("姓名"), max_length=50, required=False)
    birth_date = forms.DateField(label=_("出生日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        """At least a number or a name: a day of birth alone would list hundreds."""
        data = super().clean() or {}
        if not data.get("id_no", "").strip() and not data.get("name", "").strip():
            raise forms.ValidationError(_("请填写证件号码或姓名。"))
        return data
