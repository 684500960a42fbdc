"""Tests of what files declare."""
