"""The command line: one file per group of commands. Data on stdout, talk on stderr, ``--json`` everywhere.

Exit codes: 0 ok or permit, 1 error, 2 usage, 3 deny, 4 needs approval, 5 unavailable.
"""
