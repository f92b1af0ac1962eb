"""Two servers of yours that mirror each other."""
