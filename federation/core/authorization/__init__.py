"""The checks of an authorization request, one per file, and ``AUTHORIZE``: the order in which all of them run."""
