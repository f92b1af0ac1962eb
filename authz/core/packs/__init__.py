"""Policy packs: what a dependent application decides about its own things, as data for the house's own engine.

Boundary: a pack never speaks of the house's resources, and its rules are weighed by ``authz.core.decide`` alone.
"""
