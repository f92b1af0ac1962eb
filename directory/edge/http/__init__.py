"""The directory over HTTP: the API for callers with a scope, and the open list of units for everybody."""
