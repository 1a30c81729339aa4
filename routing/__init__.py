"""Pure search over flat arrays: streets, timetable, door-to-door chains. See ``README.md``."""
