"""Tickets: bytes, signature, keys, picture, verifier. Needs no network and no database."""
