"""Turns an expected failure that a page did not handle into a page that says what happened and what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from weijian.kernel.errors import WeijianError


class ProblemPages:
    """Middleware: a ``WeijianError`` (no snapshot yet, an unknown period) answers 409 with its own words, never a bare 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """The page of an expected failure; other exceptions go their way."""
        if not isinstance(problem, WeijianError):
            return None
        return render(request, "problem.html", {"problem": problem}, status=409)
