"""Locks and boxes: a simulator, and a signed protocol over HTTP."""
