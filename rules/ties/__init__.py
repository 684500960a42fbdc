"""Two workbooks against each other: which tables, columns and lines are the same."""
