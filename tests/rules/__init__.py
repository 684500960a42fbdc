"""Tests of the rules, their registry and their Great Expectations twins."""
