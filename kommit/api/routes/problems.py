"""The pages behind the ``type`` of every problem."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import PlainTextResponse

from kommit.api.errors import NotFound
from kommit.api.problem_table import ALL
from kommit.api.problems import PAGES, documented

router = APIRouter(tags=["problems"])

SLUGS = frozenset(problem.slug for problem in ALL)


class Markdown(PlainTextResponse):
    """A page of Markdown."""

    media_type = "text/markdown"


@router.get("/problems/{slug}", response_class=Markdown, responses=documented(NotFound))
def get_problem_page(
    slug: Annotated[str, Path(max_length=100, examples=["offer-expired"])],
) -> Markdown:
    """Say in Markdown what a problem means, and what a client should do."""
    page = PAGES / f"{slug}.md"
    if slug not in SLUGS or not page.is_file():
        raise NotFound(f"there is no problem {slug!r}")
    return Markdown(page.read_text("utf-8"), headers={"Cache-Control": "public, max-age=86400"})
