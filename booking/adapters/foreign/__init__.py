"""Operators whose vehicles are not ours, by the protocols that they speak."""
