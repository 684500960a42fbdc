"""Ratios and shares."""
