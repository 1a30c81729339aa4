"""What is checked in a feed, by meaning. Each check returns the tables without what it left out."""
