"""What can go wrong while the world's data comes in.

::

    FeedsError
    ├── FeedError              a GTFS feed cannot be used
    │   ├── FeedUnreadable         no such file, not a zip, damaged, encrypted
    │   │   └── ArchiveUnsafe      a zip bomb, or names that leave the archive
    │   └── FeedRejected           readable, but its findings contain errors
    ├── ImageError             a network image cannot be used
    │   ├── ImageMissing           no image stands there
    │   ├── ImageOutdated          written by another version of kommit
    │   └── ImageCorrupt           files missing, cut or changed
    ├── StreetsUnreadable      a street extract cannot be used (``feeds.osm.errors``)
    ├── ElevationUnreadable    heights cannot be used (``feeds.elevation.errors``)
    ├── RealtimeUnreadable     bytes that are no GTFS Realtime message
    ├── RealtimeUnreachable    no answer from a source of messages, or one that is an error
    ├── GbfsUnreadable         a file of shared vehicles that is missing or is none
    └── FieldRefused           a field of such a file that says nothing; becomes a finding

Each message is one plain sentence that can be shown to the person who brought the data.
"""

from feeds.report import Findings


class FeedsError(Exception):
    """Root of everything this package raises on purpose."""


class FeedError(FeedsError):
    """A feed cannot be used."""


class FeedUnreadable(FeedError):  # noqa: N818 - named after what happened
    """The archive or folder cannot be read at all."""


class ArchiveUnsafe(FeedUnreadable):
    """The archive would harm who unpacks it, and was not unpacked."""


class FeedRejected(FeedError):  # noqa: N818 - named after what happened
    """The feed was read, but what was found in it rules out its use."""

    def __init__(self, name: str, findings: Findings) -> None:
        super().__init__(f"{name} cannot be used: {findings.first_error()}")
        self.name = name
        self.findings = findings


class ImageError(FeedsError):
    """A network image cannot be used."""


class ImageMissing(ImageError):  # noqa: N818 - named after what happened
    """There is no image at the place named."""


class ImageOutdated(ImageError):  # noqa: N818 - named after what happened
    """The image was written in a format this version does not read: build it again."""


class ImageCorrupt(ImageError):  # noqa: N818 - named after what happened
    """Files of the image are missing, cut short, or not what its manifest says."""


class RealtimeUnreadable(FeedsError):  # noqa: N818 - named after what happened
    """The bytes are no GTFS Realtime message."""


class RealtimeUnreachable(FeedsError):  # noqa: N818 - named after what happened
    """A source of messages gave none."""


class GbfsUnreadable(FeedsError):  # noqa: N818 - named after what happened
    """A file of GBFS is missing, damaged or no GBFS at all."""


class FieldRefused(FeedsError, ValueError):  # noqa: N818 - named after what happened
    """A field of GBFS is missing, or not what it has to be."""
