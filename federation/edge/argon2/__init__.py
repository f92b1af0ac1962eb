"""Passwords hashed with argon2id (RFC 9106)."""
