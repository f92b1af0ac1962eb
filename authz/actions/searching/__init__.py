"""Searches: the subjects, resources or actions that single questions would permit, found and told page by page."""
