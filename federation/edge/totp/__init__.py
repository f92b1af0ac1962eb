"""Codes of authenticator applications: pyotp computes them, segno draws the QR code that enrols an application."""
