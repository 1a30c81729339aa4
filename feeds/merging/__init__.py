"""Several feeds in one image: the same place joined, the same line told apart from another."""
