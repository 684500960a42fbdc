"""Tests of declared packs."""
