"""What a file declares: lines and columns named by their words, found again in tables."""
