"""Means of payment beside the order's own saga: what a rider has, and what the books say of it."""
