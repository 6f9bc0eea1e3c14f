"""Addresses of the plan."""

from __future__ import annotations

from django.urls import path

from weijian.domains.governance import views

urlpatterns = [
    path("cockpit/", views.cockpit, name="cockpit"),
    path("plan/", views.plan_list, name="plan_list"),
    path("plan/tasks/<str:public_id>/", views.task_detail, name="plan_task"),
    path("plan/targets/<int:target_id>/supervise", views.give_supervision, name="plan_supervise"),
    path("plan/targets/<int:target_id>/revise", views.revise, name="plan_revise"),
]
