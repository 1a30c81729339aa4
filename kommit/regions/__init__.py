"""Regions: what kommit serves in one place, and how the demo region is built from its sources.

A region is a folder with a ``region.json`` (``load_region``). The Senden demo region also keeps
its sources there; ``scripts/build_region.py`` builds its timetable and streets from them.
"""
