"""RFC 9457 problem details: how every refusal looks on the wire."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from booking.domain.errors import BookingError
from booking.service.ports import StoreUnavailable
from booking.tickets.errors import TicketError
from kommit.api.errors import ApiError, FieldError, InvalidInput
from kommit.api.problem_table import (
    BAD_REQUEST,
    INTERNAL,
    OF_STATUS,
    RETRY_AFTER_S,
    ProblemType,
    problem_type_of,
)

MEDIA_TYPE: Final = "application/problem+json"
_HOMES = [Path(__file__).parents[2] / "docs" / "problems", Path(__file__).parent / "problem_pages"]
PAGES: Final = next((home for home in _HOMES if home.is_dir()), _HOMES[0])
"""One page a slug: what it means and what a client should do."""
INTERNAL_DETAIL: Final = "an unexpected error; it was logged under the X-Request-Id of this answer"


class ProblemField(BaseModel):
    """What is wrong with one field."""

    loc: list[str | int] = Field(description='The way to it, like ``["query", "from"]``.')
    msg: str


class Problem(BaseModel):
    """The body of every refusal, as ``application/problem+json`` (RFC 9457)."""

    type: str = Field(description="``/problems/SLUG``; the page there says what to do.")
    title: str
    status: int
    detail: str = Field(description="A plain sentence on this occurrence.")
    instance: str = Field(description="The path that was asked for.")
    errors: list[ProblemField] | None = Field(default=None, description="For 422 only.")


def response_of(error: Exception, path: str) -> JSONResponse:
    """Return the answer to a refusal; what nobody foresaw is told without its internals."""
    if isinstance(error, HTTPException):
        if not isinstance(error.__cause__, ApiError):
            return _http_problem(error, path)
        error = error.__cause__  # ours, met by FastAPI while it read the body
    problem = problem_type_of(error)
    detail = INTERNAL_DETAIL if problem is INTERNAL else _detail(error)
    return _response(problem, detail, path, _fields(error), _headers(error))


def install(app: FastAPI) -> None:
    """Answer every foreseen refusal, also the framework's own, as a problem."""

    def answer(request: Request, error: Exception) -> JSONResponse:
        return response_of(error, request.url.path)

    ours = (ApiError, BookingError, TicketError, StoreUnavailable)
    for kind in (RequestValidationError, HTTPException, *ours):
        app.add_exception_handler(kind, answer)


def documented(*kinds: type[Exception]) -> dict[int | str, dict[str, Any]]:
    """Return ``responses=`` entries, so that OpenAPI lists what a route can refuse."""
    problems = {problem_type_of(kind.__new__(kind)) for kind in kinds}
    return entries(problems | {problem_type_of(RequestValidationError([]))})


def entries(problems: Iterable[ProblemType]) -> dict[int | str, dict[str, Any]]:
    """Return the responses of an OpenAPI operation that these problems are."""
    listed: dict[int | str, list[str]] = {}
    for problem in sorted(problems):
        listed.setdefault(problem.status, []).append(f"`{problem.slug}`: {problem.title}.")
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {"description": " ".join(lines), "content": {MEDIA_TYPE: schema}}
        for status, lines in listed.items()
    }


def _http_problem(error: HTTPException, path: str) -> JSONResponse:
    known = OF_STATUS.get(error.status_code, BAD_REQUEST)
    problem = known._replace(status=error.status_code)
    details = {404: f"there is nothing at {path}", 405: f"{path} does not take this method"}
    detail = details.get(error.status_code, str(error.detail))
    return _response(problem, detail, path, None, dict(error.headers or {}))


def _response(
    problem: ProblemType,
    detail: str,
    path: str,
    fields: Iterable[FieldError] | None,
    headers: dict[str, str],
) -> JSONResponse:
    body: dict[str, Any] = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": detail,
        "instance": path,
    }
    if fields is not None:
        body["errors"] = [{"loc": list(field.loc), "msg": field.msg} for field in fields]
    return JSONResponse(body, problem.status, headers, media_type=MEDIA_TYPE)


def _detail(error: Exception) -> str:
    if isinstance(error, RequestValidationError):
        fields = _fields(error) or ()
        return "; ".join(f"{'.'.join(map(str, field.loc))}: {field.msg}" for field in fields)
    return str(error)


def _fields(error: Exception) -> tuple[FieldError, ...] | None:
    """Return the fields of a 422; what was sent is never repeated, it may be a password."""
    if isinstance(error, InvalidInput):
        return error.errors
    if isinstance(error, RequestValidationError):
        return tuple(FieldError(tuple(one["loc"]), one["msg"]) for one in error.errors())
    return () if problem_type_of(error).status == 422 else None


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    after_s = getattr(error, "retry_after_s", RETRY_AFTER_S.get(type(error)))
    if after_s is not None:
        headers["Retry-After"] = str(after_s)
    if problem_type_of(error).status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="kommit"'
    return headers
