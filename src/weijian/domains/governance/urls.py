"""Addresses of the plan."""

from __future__ import annotations

from django.urls import path

from weijian.domains.governance import supervision_views, views

urlpatterns = [
    path("cockpit/", views.cockpit, name="cockpit"),
    path("plan/", views.plan_list, name="plan_list"),
    path("plan/tasks/<str:public_id>/", views.task_detail, name="plan_task"),
    path("plan/tasks/<str:public_id>/supervise", supervision_views.supervise_task, name="plan_supervise_task"),
    path("plan/targets/<int:target_id>/supervise", supervision_views.supervise_target, name="plan_supervise"),
    path("plan/targets/<int:target_id>/revise", views.revise, name="plan_revise"),
    path("plan/supervisions/", supervision_views.supervision_list, name="plan_supervisions"),
    path("plan/supervisions/<str:public_id>/", supervision_views.supervision_detail, name="plan_supervision"),
    path("plan/files/<str:public_id>", views.attachment, name="plan_file"),
]
