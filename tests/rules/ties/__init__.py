"""Tests of two workbooks against each other."""
