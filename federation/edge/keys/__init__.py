"""Our own signing keys, in files."""
