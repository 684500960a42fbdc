"""Which cell is wrong, and why. ``locate.diagnose`` is the way in."""
