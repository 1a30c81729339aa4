"""Dispatch of on-demand vehicles: plans, exact insertion, hard promises, and their improvement."""
