"""On-demand services as their operators define them."""
