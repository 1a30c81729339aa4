"""Realtime in the timetable search."""
