"""Rules about formulas, on sheets written out as text."""
