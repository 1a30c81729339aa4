"""Figures as data, each with its source."""
