"""The demo: a fictive but credible Norrbotten as plain data. Builds values; not for storing, serving or asking anything.

Everything is deterministic: the same arguments give the same values, byte for byte. Nobody in it exists.
"""
