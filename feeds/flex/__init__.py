"""GTFS-Flex: on-demand services of other operators read in, our own written out."""
