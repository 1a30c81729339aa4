"""Offers, orders, money and tickets: one chain is one price, one payment, one ticket."""
