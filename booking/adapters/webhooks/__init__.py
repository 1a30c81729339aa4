"""Ways to bring messages to operators."""
