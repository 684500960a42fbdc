"""Formulas against what they give and what their neighbours say."""
