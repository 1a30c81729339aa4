"""Shared vehicles of others: GBFS in."""
