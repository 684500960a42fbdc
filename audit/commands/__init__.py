"""The commands beside ``check``, one module each."""
