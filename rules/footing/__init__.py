"""Footing: parts to total."""
