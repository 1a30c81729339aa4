"""On-demand services: what they are, their travel times, and how chains are made of them."""
