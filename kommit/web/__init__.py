"""The rider's web page: static files, no build step."""
