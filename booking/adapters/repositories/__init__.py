"""SQL repositories, one a module."""
