"""Nets of revenue and expense."""
