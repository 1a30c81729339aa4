"""Fares by GTFS-Fares v2 as plain tables: what feeds read and what booking reckons with."""
