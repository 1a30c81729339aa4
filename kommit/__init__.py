"""kommit: one search, one price, one payment and one ticket for a region's mobility."""

__version__ = "0.1.0"
