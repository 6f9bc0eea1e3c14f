"""Pages of the boundaries: load, look, withdraw; and the file that maps read."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weijian.foundation.access.door import current_user, page
from weijian.foundation.ui.components import Chart, Series
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError
from weijian.web.boundaries import services
from weijian.web.boundaries.geojson import named
from weijian.web.boundaries.models import BoundarySet
from weijian.web.boundaries.queries import current_set, outlines, streets


class BoundariesForm(forms.Form):
    """A GeoJSON file and where it comes from."""

    file = forms.FileField(
        label=gettext_lazy("GeoJSON文件"),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json"}),
        help_text=gettext_lazy("镇街面图层,属性中有区划代码(code)或名称(name);不超过20MB"),
    )
    source = forms.CharField(
        label=gettext_lazy("边界来源"), max_length=200, help_text=gettext_lazy("由谁提供、依据什么使用;印在地图下方")
    )


@page("content.edit")
def boundaries(request: HttpRequest) -> HttpResponse:
    """The boundaries that are drawn now, and a form to load others."""
    posted = request.method == "POST"
    form = BoundariesForm(request.POST if posted else None, request.FILES if posted else None)
    problem = None
    if posted and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            kept, found = services.load_boundaries(
                name=str(sent.name), content=sent.read(), source=form.cleaned_data["source"], by=current_user(request)
            )
        except WeijianError as error:
            problem = error
        else:
            messages.success(request, _("已导入%(n)s个镇街的边界") % {"n": kept.matched})
            if found.missing:
                messages.warning(request, _("没有边界的镇街:%(names)s") % {"names": "、".join(found.missing)})
            if found.unknown:
                messages.warning(
                    request, _("不是本区镇街、未导入:%(names)s") % {"names": "、".join(found.unknown[:20])}
                )
            return HttpResponseRedirect(reverse("boundaries"))
    now, drawn = current_set(), outlines(language())
    chart = None
    if now is not None and drawn is not None:
        names = [one["properties"]["en" if language() == "en" else "zh"] for one in now.features]
        chart = Chart(
            "boundaries-map", _("现在使用的边界"), names, (Series(_("镇街"), [1.0] * len(names)),), "geo",
            geo_url=drawn.url, size="tall",
        )  # fmt: skip
    context = {"form": form, "problem": problem, "now": now, "chart": chart, "streets": len(streets())}
    return render(request, "boundaries/boundaries.html", context, status=422 if problem else 200)


@page("content.edit")
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Draw a set no longer."""
    found = get_object_or_404(BoundarySet, public_id=public_id, withdrawn=False)
    if request.method != "POST":
        raise Http404
    services.withdraw_boundaries(found, by=current_user(request))
    messages.success(request, _("边界已撤下"))
    return HttpResponseRedirect(reverse("boundaries"))


@page("indicators.view")
def boundaries_file(request: HttpRequest, public_id: str, lang: str) -> HttpResponse:
    """The outlines with names in one language; a set never changes, so it may be kept for long."""
    if lang not in ("zh", "en"):
        raise Http404
    found = get_object_or_404(BoundarySet, public_id=public_id)
    response = JsonResponse(named(found.features, lang), content_type="application/geo+json")
    response["Cache-Control"] = "private, max-age=604800, immutable"
    return response
