"""Units: figures and columns a thousand times off, percentages among fractions."""
