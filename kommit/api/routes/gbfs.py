"""Own fleets for everybody: GBFS 3.0, 2.3 for old readers, 3.1-RC3 with the slots of vehicles."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Header, Path, Request, Response

from booking.domain.errors import FleetNotFound
from kommit.api import gbfs
from kommit.api.errors import NotFound
from kommit.api.gbfs_2_3 import V2
from kommit.api.problems import documented
from kommit.api.services import ServicesOf

router = APIRouter(prefix="/gbfs/{system_id}", tags=["sharing"])

SystemId = Annotated[str, Path(max_length=64, examples=["senden-lastenrad"])]
File = Annotated[str, Path(max_length=40, examples=["gbfs.json", "vehicle_status.json"])]
IfNoneMatch = Annotated[str, Header(max_length=400)]

HOLDS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    },
    304: {"description": "It is the file of that `ETag` still."},
}


@router.get(
    "/{folder}/{file}",
    response_class=Response,
    responses=HOLDS | documented(FleetNotFound, NotFound),
)
def get_gbfs_version(
    system_id: SystemId,
    folder: Literal["2.3", "3.1-RC"],
    file: File,
    services: ServicesOf,
    request: Request,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """Return a file of GBFS 2.3, or of 3.1-RC3, whose `vehicle_availability.json` has slots."""
    version = {"2.3": V2, "3.1-RC": gbfs.V31}[folder]
    return _answer(services, request, system_id, file, version, if_none_match)


@router.get(
    "/{file}", response_class=Response, responses=HOLDS | documented(FleetNotFound, NotFound)
)
def get_gbfs(
    system_id: SystemId,
    file: File,
    services: ServicesOf,
    request: Request,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """Return a file of GBFS 3.0; `gbfs.json` names the others. Vehicle ids change after rentals."""
    return _answer(services, request, system_id, file, gbfs.V3, if_none_match)


def _answer(
    services: ServicesOf, request: Request, system_id: str, file: str, version: str, known: str
) -> Response:
    base = f"{request.base_url}gbfs/{system_id}"
    feed = gbfs.Feed(services.fleets.now(system_id), services.clock.now(), base, version)
    answer = gbfs.render(feed, file.removesuffix(".json")) if file.endswith(".json") else None
    if answer is None:
        raise NotFound(f"there is no file {file} in this feed; gbfs.json names those that are")
    headers = {
        "ETag": answer.etag,
        "Cache-Control": f"public, max-age={answer.max_age_s}",
        "Access-Control-Allow-Origin": "*",
    }
    if answer.etag in known or known.strip() == "*":
        return Response(status_code=304, headers=headers)
    return Response(answer.body, headers=headers, media_type="application/json")
