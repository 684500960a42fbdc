"""Fuzzing: run by hand, see SECURITY.md."""
