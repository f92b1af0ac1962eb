"""What is wrong with what stands in the directory: HSA's seven rules of quality, asked of every entry as it stands.

The same rules are kept when something is changed (``core.validation``, ``core.bounds``); here is told what has come to
break them since: somebody left, a unit closed, a month passed. Boundary: nothing is repaired, and nothing is refused.
"""
