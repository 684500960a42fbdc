"""Tests of the integrity notes."""
