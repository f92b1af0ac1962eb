"""The demo: a fictive but credible Norrbotten as plain data. Not for storing, serving or asking.

Everything is deterministic: the same arguments give the same values, byte for byte. Nobody in it exists.
"""
