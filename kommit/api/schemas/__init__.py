"""Shapes of the HTTP API, one noun a module. They translate; they decide nothing."""
