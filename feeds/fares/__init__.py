"""GTFS-Fares v2: the files of fares of a feed, to ``routing.fares.tables``."""
