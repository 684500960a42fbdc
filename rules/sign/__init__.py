"""Signs against the convention of their table."""
