"""Addresses of the desk for persons."""

from __future__ import annotations

from django.urls import path

from weijian.records.persons.desk import merging, views
from weijian.records.persons.desk.bad_numbers import views as bad_numbers

urlpatterns = [
    path("persons/desk/", views.desk, name="desk"),
    path("persons/desk/numbers", bad_numbers.numbers, name="desk_numbers"),
    path("persons/desk/numbers/decide", bad_numbers.decide_numbers, name="desk_decide_numbers"),
    path("persons/desk/search", merging.search, name="desk_search"),
    path("persons/desk/choose", merging.choose, name="desk_choose"),
    path("persons/desk/question/<str:token>", views.question, name="desk_question"),
    path("persons/desk/question/<str:token>/<str:action>", views.decide, name="desk_decide"),
    path("persons/desk/merge/<str:kept>/<str:merged>", merging.merge, name="desk_merge"),
    path("persons/desk/subject/<str:public_id>", merging.subject, name="desk_subject"),
    path("persons/desk/subject/<str:public_id>/undo/<int:change_id>", merging.separate, name="desk_separate"),
]
