"""Forms of the plan's pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weijian.domains.governance.services.attachments import KINDS, Uploaded
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.ui.choices import choose_from

_ACCEPT = ",".join(f".{one}" for one in KINDS)


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Files as :class:`Uploaded` values; none is allowed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=ManyFiles(attrs={"accept": _ACCEPT}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Uploaded]:  # type: ignore[override]  # several files, not one
        """Read what was sent; what it may be is checked where it is kept."""
        sent: Sequence[Any] = data if isinstance(data, list | tuple) else [data] if data else []
        return [Uploaded(str(one.name), one.read()) for one in sent]


class ProgressForm(forms.Form):
    """Quarterly progress with evidence."""

    quarter = forms.ChoiceField(label=_("季度"))
    text = forms.CharField(label=_("进展"), widget=forms.Textarea(attrs={"rows": 4}))
    evidence = forms.CharField(label=_("佐证说明"), required=False, help_text=_("文件名、文号或存放位置"))
    proofs = FilesField(label=_("佐证文件"), help_text=_("PDF、Word、Excel、图片等,可选多个,每个不超过20MB"))

    def __init__(self, *args: Any, quarters: Sequence[tuple[str, str]], owed: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "quarter", quarters)
        self.fields["quarter"].initial = owed


class SupervisionForm(forms.Form):
    """A supervised task: what is asked, of whom, until when."""

    text = forms.CharField(label=_("督办要求"), widget=forms.Textarea(attrs={"rows": 3}))
    due_on = forms.DateField(label=_("办理期限"), widget=forms.DateInput(attrs={"type": "date"}))
    department = forms.ChoiceField(label=_("承办科室"), required=False)
    institution = forms.ModelChoiceField(
        label=_("承办机构"),
        queryset=Organisation.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("不指定机构,由科室承办"),
        help_text=_("指定机构后,按该机构自己的指标值销号。"),
    )

    def __init__(self, *args: Any, departments: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "department", departments)
        current = Organisation.objects.filter(valid_to__isnull=True).order_by("code")
        field = self.fields["institution"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = current


class AnswerForm(forms.Form):
    """What was done about a supervised task."""

    text = forms.CharField(label=_("办理情况"), widget=forms.Textarea(attrs={"rows": 4}))
    proofs = FilesField(label=_("佐证文件"), help_text=_("PDF、Word、Excel、图片等,可选多个,每个不超过20MB"))


class RevisionForm(forms.Form):
    """A target's revision with its document."""

    value = forms.DecimalField(label=_("新目标值"), max_digits=16, decimal_places=4)
    document = forms.CharField(label=_("依据文件"), help_text=_("文件名和文号"))
    proofs = FilesField(label=_("依据文件扫描件"), help_text=_("PDF、Word、Excel、图片等,可选多个,每个不超过20MB"))
