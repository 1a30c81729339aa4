"""The world's data in: files and wire formats to tables, findings and routing arrays."""
