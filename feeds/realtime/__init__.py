"""Realtime messages: decoded, and matched with the trips of an image."""
