"""Tests of ``feeds.merging``."""
