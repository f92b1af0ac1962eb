"""Tests of the decision point and the registers over HTTP."""
