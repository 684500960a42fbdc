"""Files in, immutable facts with their place out: grids, tables and tidy frames."""
