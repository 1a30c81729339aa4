"""What can go wrong while streets come in; a branch of the tree in ``feeds.errors``."""

from feeds.errors import FeedsError


class StreetsUnreadable(FeedsError):  # noqa: N818 - named after what happened
    """The extract is missing, damaged, of another format, or has no streets in it."""
