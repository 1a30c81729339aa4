"""Chains for somebody in a wheelchair: every part is verified, or named, or refused."""
