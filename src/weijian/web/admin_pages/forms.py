"""Forms of the administrators' pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from weijian.foundation.accounts.models import Role
from weijian.foundation.areas.models import Area
from weijian.foundation.organisations.models import Organisation

_DATE = forms.DateInput(attrs={"type": "date"})


class PlaceForm(forms.Form):
    """What an account acts as, and for whom."""

    role = forms.ChoiceField(label=_("角色"), choices=Role.choices)
    organisation = forms.CharField(
        label=_("机构代码"), required=False, help_text=_("填报人、审核人、负责人、家庭医生必填")
    )
    department = forms.CharField(label=_("科室"), required=False, max_length=40)
    sensitivity = forms.IntegerField(label=_("最高敏感级别"), min_value=1, max_value=5, initial=3)

    def clean_organisation(self) -> Organisation | None:
        """The institution of the code."""
        code = self.cleaned_data["organisation"].strip()
        if not code:
            return None
        found = Organisation.objects.filter(code=code).first()
        if found is None:
            raise forms.ValidationError(_("没有这个机构代码。"))
        return found


class JoinForm(PlaceForm):
    """A new account."""

    username = forms.CharField(label=_("账号"), max_length=150, help_text=_("文字、数字和 @ . + - _"))
    full_name = forms.CharField(label=_("姓名"), max_length=100)

    field_order = ("username", "full_name", "role", "organisation", "department", "sensitivity")


class ImportForm(forms.Form):
    """A list of accounts."""

    file = forms.FileField(
        label=_("账号清单"),
        help_text=_("Excel 或 CSV。有一行不合要求则全部不建，并逐行说明原因。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )


class OpenForm(forms.Form):
    """A new institution."""

    code = forms.CharField(label=_("机构代码"), max_length=22)
    zh = forms.CharField(label=_("中文名称"))
    en = forms.CharField(label=_("英文名称"), required=False)
    type = forms.ChoiceField(label=_("类别"), choices=Organisation.Type.choices)
    area = forms.ModelChoiceField(
        label=_("所在镇街"),
        queryset=Area.objects.filter(level__in=[Area.Level.DISTRICT, Area.Level.STREET], valid_to=None).order_by(
            "code"
        ),
    )
    valid_from = forms.DateField(label=_("启用日期"), widget=_DATE)


class RenameForm(forms.Form):
    """A new name."""

    zh = forms.CharField(label=_("新的中文名称"))
    en = forms.CharField(label=_("新的英文名称"), required=False)
    day = forms.DateField(label=_("更名日期"), widget=_DATE)


class CloseForm(forms.Form):
    """The end of an institution, with the one that carries on where it was merged."""

    last_day = forms.DateField(label=_("最后一日"), widget=_DATE)
    successor = forms.CharField(label=_("并入机构代码"), required=False, help_text=_("只在合并时填写"))

    def clean_successor(self) -> Organisation | None:
        """The institution of the code."""
        code = self.cleaned_data["successor"].strip()
        if not code:
            return None
        found = Organisation.objects.filter(code=code).first()
        if found is None:
            raise forms.ValidationError(_("没有这个机构代码。"))
        return found
