"""Declared packs of identities: what the lines of a statement must come to, by law or custom."""
