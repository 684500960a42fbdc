"""Tests of the command line, the settings and the order of work."""
