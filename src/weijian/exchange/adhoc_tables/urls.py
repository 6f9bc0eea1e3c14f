"""Addresses of ad-hoc tables."""

from __future__ import annotations

from django.urls import path

from weijian.exchange.adhoc_tables import filling, views

urlpatterns = [
    path("adhoc/", views.table_list, name="adhoc_list"),
    path("adhoc/issue", views.issue, name="adhoc_issue"),
    path("adhoc/owed", filling.owed, name="adhoc_owed"),
    path("adhoc/reply/<str:public_id>/", filling.fill, name="adhoc_fill"),
    path("adhoc/reply/<str:public_id>/template", filling.template_file, name="adhoc_template"),
    path("adhoc/reply/<str:public_id>/upload", filling.upload, name="adhoc_upload"),
    path("adhoc/reply/<str:public_id>/return", views.return_page, name="adhoc_return"),
    path("adhoc/<str:public_id>/", views.table_detail, name="adhoc_table"),
    path("adhoc/<str:public_id>/export/<str:form>", views.export, name="adhoc_export"),
]
