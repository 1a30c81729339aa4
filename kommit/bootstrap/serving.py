"""The application of an open installation, and the server around it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from kommit.api.app import make_app
from kommit.bootstrap.container import Kommit


def app_of(kommit: Kommit) -> FastAPI:
    """Return the application; it starts the jobs, and closes the installation at its end."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        kommit.start()
        yield
        await run_in_threadpool(kommit.close)

    settings = kommit.settings
    app = make_app(
        body_limit_bytes=settings.body_limit_bytes,
        cors_origins=settings.cors_origins,
        lifespan=lifespan,
    )
    app.state.services = kommit.services
    return app
