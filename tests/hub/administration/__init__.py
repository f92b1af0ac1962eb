"""Who administers what: the decision engine behind the directory's door."""
