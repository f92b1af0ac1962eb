"""Tests of what can be done: register, end, answer."""
