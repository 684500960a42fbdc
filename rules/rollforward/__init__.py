"""Balances carried from opening to closing, and from one year to the next."""
