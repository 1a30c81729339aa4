"""Serves the rider's page: plain files with the headers that keep a browser strict.

Nothing here knows the API; the page talks to it by HTTP like every other client.
"""

from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

STATIC: Final = Path(__file__).parent / "static"

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""The page loads from its own host only, runs no inline script and sits in nobody's frame."""

WITH_WASM: Final = CONTENT_SECURITY_POLICY.replace(
    "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
)
"""For the inspector's page alone: it reads codes by WebAssembly, from its own host as well."""
INSPECTOR: Final = "inspector"

HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

YEAR_S: Final = 31_536_000


class _Files(StaticFiles):
    """Static files: vendored ones are cached for good, ours are asked for again each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer ``path`` with the page's headers."""
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS)
        if Path(path).parts[:1] == (INSPECTOR,):
            response.headers["Content-Security-Policy"] = WITH_WASM
        # A vendored file's folder carries its version, so its content never changes.
        kept = f"public, max-age={YEAR_S}, immutable" if path.startswith("vendor") else "no-cache"
        response.headers["Cache-Control"] = kept
        return response


def rider_page() -> ASGIApp:
    """Return the page as an ASGI app to be asked for every path that no route of the API knows.

    It compresses nothing by itself: the API's middleware does, and the map alone is a megabyte.
    """
    return _Files(directory=STATIC, html=True)
