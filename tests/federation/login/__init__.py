"""Logging in by password and one-time code, and how an account comes to be."""
