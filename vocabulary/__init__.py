"""The words that all rooms speak: identifiers, periods, code tables, levels. Not for rules and not for I/O.

Every value is frozen, is made by ``parse`` (which refuses and never repairs), and prints safely.
"""
