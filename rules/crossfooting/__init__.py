"""Cross-footing: row totals."""
