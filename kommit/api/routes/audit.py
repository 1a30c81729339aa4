"""The end of the audit log, for everybody who wants to hold it."""

from fastapi import APIRouter, Response

from kommit.api.schemas.clearing import AuditHead
from kommit.api.services import ServicesOf

router = APIRouter(tags=["tickets"])


@router.get("/v1/audit/head")
def get_audit_head(services: ServicesOf, response: Response) -> AuditHead:
    """Return the head of the hash-chained log of money and tickets, signed by a ticket key.

    Who keeps heads can prove later that nothing before them was changed:
    `kommit audit verify --head FILE`.
    """
    response.headers["Cache-Control"] = "no-cache"
    return AuditHead.model_validate(services.audit.head().to_document())
