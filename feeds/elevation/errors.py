"""What can go wrong while heights come in; a branch of the tree in ``feeds.errors``."""

from feeds.errors import FeedsError


class ElevationUnreadable(FeedsError):  # noqa: N818 - named after what happened
    """The file is missing, damaged, or of another format."""
