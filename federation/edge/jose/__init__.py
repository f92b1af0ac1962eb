"""Signatures: python-jose and joserfc behind one strict wrapper. Nothing else in the room touches them."""
