"""Tests of the rules on units."""
