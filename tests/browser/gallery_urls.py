"""Addresses of the gallery: the components, the sign-in pages, every error page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.translation import get_language
from gallery_samples import NOW, make, shell

from weijian.foundation.ui.preferences import set_number_style
from weijian.kernel.time.clock import FixedClock

ERRORS = {"400", "403", "403_csrf", "404", "429", "500", "maintenance", "account/locked", "account/account_inactive"}


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    """All components. ``?little`` shows one row each, ``?personal`` the watermark."""
    en = (get_language() or "").startswith("en")
    params = {key: values for key, values in request.GET.lists() if key not in ("little", "personal")}
    samples = make(en, params, much="little" not in request.GET, personal="personal" in request.GET)
    context = {"samples": samples, "shell": shell(en), "clock": FixedClock(NOW)}
    from weijian.foundation.ui.components import Crumb

    context["crumbs"] = (Crumb("首页" if not en else "Home", "/"), Crumb(samples.title))
    return render(request, "web/gallery.html", context)


def error(request: HttpRequest, name: str) -> HttpResponse:
    """An error page as it stands."""
    if name not in ERRORS:
        return render(request, "404.html", status=404)
    return render(request, f"{name}.html", {"incident": "E-20180115-7K2M"})


def job(request: HttpRequest) -> HttpResponse:
    """The answer to a poll: the running job, a little further."""
    running = make(False, {}).jobs[0]
    return render(request, "web/components/job.html", {"job": running})


urlpatterns = [
    path("", gallery),
    path("job", job),
    path("job2", job),
    path("errors/<path:name>", error),
    path("preferences/numbers", set_number_style, name="ui_number_style"),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
