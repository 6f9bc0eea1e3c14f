"""Addresses of the API, of the page that explains it, and of the tokens that open it."""

from __future__ import annotations

from django.urls import path

from weijian.web.api import token_views, views
from weijian.web.api.root import API, guarded_urls

urlpatterns = [
    path("api/", views.reference, name="api_reference"),
    path("api/v1/", guarded_urls(API)),
    path("manage/tokens/", token_views.token_list, name="tokens"),
    path("manage/tokens/new", token_views.token_new, name="token_new"),
    path("manage/tokens/<str:public_id>/revoke", token_views.token_revoke, name="token_revoke"),
]
