"""The code tables that rules look into, by their short names. A region need not keep any of them."""

SERVICES = "services"
"""What units and functions offer."""
UNIT_KINDS = "unit_kinds"
POSITIONS = "positions"
"""What people are employed as (*befattningar*)."""
MUNICIPALITIES = "municipalities"
