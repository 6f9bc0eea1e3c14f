"""Address of the inbox."""

from __future__ import annotations

from django.urls import path

from weijian.foundation.obligations.views import inbox

urlpatterns = [path("inbox/", inbox, name="inbox")]
