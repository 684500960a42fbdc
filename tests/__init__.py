"""Tests, by room, and the workbooks that they are made of."""
