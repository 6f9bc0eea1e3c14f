"""Addresses of the administrators' pages."""

from __future__ import annotations

from django.urls import path

from weijian.web.admin_pages import account_views, audit_views, grant_views, policy_views, system_views

urlpatterns = [
    path("manage/accounts/", account_views.account_list, name="admin_accounts"),
    path("manage/accounts/new", account_views.account_new, name="admin_account_new"),
    path("manage/accounts/import", account_views.account_import, name="admin_account_import"),
    path("manage/accounts/template.csv", account_views.account_list_template, name="admin_account_template"),
    path("manage/accounts/<int:account_id>/", account_views.account_detail, name="admin_account"),
    path("manage/policy/", policy_views.policy, name="admin_policy"),
    path("manage/policy/grants/<int:account_id>/", grant_views.grant_detail, name="admin_grant"),
    path("manage/policy/second-factor", grant_views.factor_reset, name="admin_factor_reset"),
    path("manage/audit/", audit_views.audit, name="admin_audit"),
    path("manage/health/", system_views.health, name="admin_health"),
    path("manage/organisations/", system_views.organisation_list, name="admin_organisations"),
    path("manage/organisations/new", system_views.organisation_new, name="admin_organisation_new"),
    path("manage/organisations/<str:code>/", system_views.organisation_detail, name="admin_organisation"),
]
