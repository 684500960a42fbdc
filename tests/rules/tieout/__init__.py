"""Tests of tie-outs."""
