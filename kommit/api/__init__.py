"""The HTTP API: translates between JSON and the parts below, and decides nothing."""
