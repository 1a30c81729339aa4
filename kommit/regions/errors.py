"""What can be wrong with a region.

* RegionError
  - RegionNotFoundError      no such region
  - SourceError         a source file of a region says something that cannot be
"""


class RegionError(Exception):
    """A region cannot be read or built; the text says which file and why."""


class RegionNotFoundError(RegionError):
    """Neither a folder with a ``region.json`` nor the name of a region that ships with kommit."""


class SourceError(RegionError):
    """A source file of a region says something that cannot be."""
