"""Published tariffs as data: one JSON file each, every figure beside its source."""
