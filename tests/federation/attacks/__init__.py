"""Attacks on logins and tokens, named by what must fail."""
