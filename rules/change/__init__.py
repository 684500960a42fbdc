"""Changes between periods and scenarios."""
