"""Tests of the registers on real databases."""
