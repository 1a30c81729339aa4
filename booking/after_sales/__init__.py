"""Rules of cancellation, change and redress as data."""
