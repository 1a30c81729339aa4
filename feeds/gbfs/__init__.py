"""Shared vehicles of others: GBFS in."""

from feeds.gbfs.document import Document, addresses, read_document
from feeds.gbfs.system import read_folder, read_system

__all__ = ["Document", "addresses", "read_document", "read_folder", "read_system"]
