"""Workbooks a newcomer can run at once, with the scripts that make them."""
