"""What keeps kommit from starting.

::

BootError
├── DatabaseBehind        the tables are older than this version of kommit
├── DatabaseUnusable      no database, or none that kommit knows
└── KeysRefused           keys that a demo made, in production
"""


class BootError(Exception):
    """kommit cannot start; ``str`` of it is a plain sentence that says what to do."""


class DatabaseBehind(BootError):  # noqa: N818 - named after what is found
    """The tables are older than this version of kommit."""

    def __init__(self) -> None:
        super().__init__("the database is older than this version of kommit: kommit db upgrade")


class DatabaseUnusable(BootError):  # noqa: N818 - named after what is found
    """No database answers at the URL, or none that kommit knows."""


class KeysRefused(BootError):  # noqa: N818 - named after what is found
    """Keys that must not be used here."""
