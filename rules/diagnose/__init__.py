"""Which cell is wrong, and why."""
