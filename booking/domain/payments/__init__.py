"""Means of payment: their parts in an order, mandates and invoices, vouchers, budgets, cards."""
