"""The outside world of decisions, one folder per technology."""
