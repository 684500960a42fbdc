"""What formulas mean: the relation that one states, and the value it gives."""
