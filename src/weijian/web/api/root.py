"""Puts the operations of all rooms together: every room's module ``api`` may bring a ``router`` and the prefix it stands under."""

from __future__ import annotations

import importlib
import importlib.util

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import PathView

from weijian.content.told import in_both
from weijian.foundation.access.door import page
from weijian.kernel.errors import WeijianError

#: Status of problems that are not simply a refusal (422).
_STATUS = {
    "token.unknown": 401,
    "api.forbidden": 403,
    "token.rate": 429,
    "api.not_found": 404,
    "measure.unknown": 404,
}


def _built() -> NinjaAPI:
    api = NinjaAPI(
        title="Weijian 卫健",
        version="1",
        description="数据报送与指标接口 / Submissions and indicators",
        urls_namespace="api-1",
        docs_url=None,
        openapi_url="/openapi.json",
        docs_decorator=page("account.own"),
    )
    for router in _routers():
        api.add_router("", router)
    api.add_exception_handler(WeijianError, lambda request, problem: _refused(api, request, problem))
    api.add_exception_handler(AuthenticationError, lambda request, _problem: _unknown(api, request))
    api.add_exception_handler(ValidationError, lambda request, problem: _invalid(api, request, problem))
    api.add_exception_handler(HttpError, lambda request, problem: _http(api, request, problem))
    return api


def _routers() -> list[Router]:
    found = []
    for config in apps.get_app_configs():
        name = f"{config.name}.api"
        if config.name.startswith("weijian.") and importlib.util.find_spec(name) is not None:
            router = getattr(importlib.import_module(name), "router", None)
            if isinstance(router, Router):
                found.append(router)
    return found


def _refused(api: NinjaAPI, request: HttpRequest, problem: WeijianError) -> HttpResponse:
    status = _STATUS.get(problem.code, 422)
    response = api.create_response(request, in_both(problem), status=status)
    if status == 429:
        response["Retry-After"] = "60"
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _unknown(api: NinjaAPI, request: HttpRequest) -> HttpResponse:
    problem = WeijianError("token.unknown", "没有令牌,也没有登录。", "Authorization", "带上 Authorization: Bearer 令牌")
    return _refused(api, request, problem)


def _invalid(api: NinjaAPI, request: HttpRequest, problem: ValidationError) -> HttpResponse:
    where = "、".join(str(one["loc"][-1]) for one in problem.errors if one.get("loc"))
    refused = WeijianError("api.invalid", "参数缺少或写法不对。", where, "参数见 /api/")
    return api.create_response(request, in_both(refused), status=422)


def _http(api: NinjaAPI, request: HttpRequest, problem: HttpError) -> HttpResponse:
    refused = WeijianError("api.refused", str(problem), request.path, "改页面请求时带上 X-CSRFToken")
    return api.create_response(request, in_both(refused), status=problem.status_code)


def guarded_urls(api: NinjaAPI) -> tuple[list[object], str, str]:
    """The addresses, each marked as guarding itself; an operation without an auth fails here, at start."""
    for _prefix, router in api._routers:
        for path, view in router.path_operations.items():
            _must_be_guarded(path, view)
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        if not hasattr(pattern.callback, "permission"):
            pattern.callback.guards_itself = True
    return patterns, app_name, namespace


def _must_be_guarded(path: str, view: PathView) -> None:
    for operation in view.operations:
        if not operation.auth_callbacks:
            raise ValueError(f"the operation {operation.methods} {path} has no auth: use opened_by('…')")


API = _built()
