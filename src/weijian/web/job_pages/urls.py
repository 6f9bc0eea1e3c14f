"""Addresses of the jobs."""

from __future__ import annotations

from django.urls import path

from weijian.web.job_pages import views

urlpatterns = [
    path("jobs/", views.job_list, name="jobs"),
    path("jobs/publish", views.publish, name="publish"),
    path("jobs/<str:public_id>/", views.job, name="job"),
    path("jobs/<str:public_id>/progress", views.job_progress, name="job_progress"),
    path("jobs/<str:public_id>/retry", views.job_retry, name="job_retry"),
]
