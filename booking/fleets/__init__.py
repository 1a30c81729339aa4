"""Files that operators describe their fleets in."""
