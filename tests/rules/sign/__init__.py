"""Tests of the sign rule."""
