"""The outside world of the directory, one folder per technology."""
