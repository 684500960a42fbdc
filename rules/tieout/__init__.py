"""The same figure in two places."""
