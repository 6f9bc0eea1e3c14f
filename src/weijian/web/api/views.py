"""The page that explains the API, drawn from its own schema: the library's page loads scripts from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from weijian.foundation.access.door import page
from weijian.foundation.ui.presentation import language
from weijian.web.api.root import API


@dataclass(frozen=True)
class Parameter:
    """One thing that an operation is given."""

    name: str
    place: str
    kind: str
    required: bool
    words: str


@dataclass(frozen=True)
class Operation:
    """One operation as the page shows it."""

    method: str
    path: str
    words: str
    parameters: list[Parameter]
    answers: list[str]


@page("account.own")
def reference(request: HttpRequest) -> HttpResponse:
    """All operations by tag."""
    schema = API.get_openapi_schema()
    groups: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, found in methods.items():
            tag = (found.get("tags") or ["API"])[0]
            groups.setdefault(tag, []).append(_operation(schema, method, path, found))
    return render(request, "api/reference.html", {"groups": groups.items()})


def _operation(schema: dict[str, Any], method: str, path: str, found: dict[str, Any]) -> Operation:
    given = [
        Parameter(one["name"], one["in"], _kind(one["schema"]), one["required"], one.get("description", ""))
        for one in found.get("parameters", ())
    ]
    for content in found.get("requestBody", {}).get("content", {}).items():
        given += _body(schema, *content)
    answers = [f"{status} {answer.get('description', '')}".strip() for status, answer in found["responses"].items()]
    words = found.get("description", "") if language() == "en" else found.get("summary", "")
    return Operation(method.upper(), path, words, given, answers)


def _body(schema: dict[str, Any], media: str, content: dict[str, Any]) -> list[Parameter]:
    shape = content["schema"]
    if "$ref" in shape:
        shape = schema["components"]["schemas"][shape["$ref"].rsplit("/", 1)[-1]]
    needed = shape.get("required", ())
    place = media.split("/")[-1]
    return [
        Parameter(name, place, _kind(one), name in needed, one.get("description", ""))
        for name, one in shape.get("properties", {}).items()
    ]


def _kind(shape: dict[str, Any]) -> str:
    return str(shape.get("format") or shape.get("type") or "")
