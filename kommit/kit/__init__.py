"""Small tools that know nobody: clock, ids, geometry."""
