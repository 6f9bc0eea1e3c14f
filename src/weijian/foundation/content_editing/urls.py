"""Addresses of content editing."""

from __future__ import annotations

from django.urls import path

from weijian.foundation.content_editing import code_views, views

urlpatterns = [
    path("content/", views.content_list, name="content_list"),
    path("content/codes/<slug:list_id>/", code_views.code_list, name="content_codes"),
    path("content/<path:item_id>/", views.content_item, name="content_item"),
]
