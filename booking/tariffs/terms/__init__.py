"""How subscriptions are sold or registered, as data."""
