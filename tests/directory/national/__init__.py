"""The national questions."""
