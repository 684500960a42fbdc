"""Outcomes in, files and text out; nothing is decided here."""
