"""Cursors: where the next page of a question begins, as text that callers hand back unread.

A cursor says on which side of which second the page lies, and of which question; it holds nothing
secret, and a made-up one only asks for another time.
"""

import base64
import hashlib
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Final

from kommit.api.errors import InvalidInput
from routing.paging import Side, Turn

if TYPE_CHECKING:
    from kommit.api.planning import Question

VERSION: Final = 1
LONGEST: Final = 200
_WHERE: Final = ("query", "cursor")


def cursor_of(question: "Question", turn: Turn) -> str:
    """Return the cursor of a page of a question."""
    fields = [VERSION, _digest(question), turn.side.value, turn.edge]
    text = json.dumps(fields, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def turn_of(cursor: str, question: "Question") -> Turn:
    """Return the page that a cursor means.

    Raises
    ------
    InvalidInput
        If it was not made here, or for another question.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        version, digest, side, edge = json.loads(base64.urlsafe_b64decode(padded))
        turn = Turn(Side(side), int(edge))
    except (ValueError, TypeError, OverflowError):
        raise InvalidInput(_WHERE, "use a cursor of an answer as it was") from None
    if version != VERSION or digest != _digest(question):
        message = "this cursor is of another question: repeat all that was asked with it"
        raise InvalidInput(_WHERE, message)
    return turn


def _digest(question: "Question") -> str:
    """Return what tells questions apart, whatever their time."""
    kind = "arrive" if question.arrive is not None else "depart"
    timeless = asdict(replace(question, depart=None, arrive=None, cursor=None))
    text = json.dumps([kind, timeless], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
