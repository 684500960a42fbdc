"""Tests of the rules on balances carried forward."""
