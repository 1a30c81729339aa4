"""Clearing rules as data, and the report of a month as CSV and PDF."""
