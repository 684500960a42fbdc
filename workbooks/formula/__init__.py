"""Formulas read as text: their syntax, and which of them are alike."""
