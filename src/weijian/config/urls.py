"""Root urls: each room brings its own ``urls`` module; sign-in comes from allauth."""

from __future__ import annotations

from importlib import import_module

from django.urls import include, path

from weijian.config.discovery import modules

urlpatterns = [
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    *(pattern for name in modules("urls") for pattern in import_module(name).urlpatterns),
]
