"""Documents that the code writes about itself."""

import json

from kommit.api.app import make_app


def openapi_text() -> str:
    """Return the OpenAPI document as it is committed in ``docs/openapi.json``."""
    return json.dumps(make_app().openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
