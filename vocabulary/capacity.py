"""In which capacity (*egenskap*) somebody acts. It follows from the provider of the assignment's unit, never from
the request."""

from enum import StrEnum


class Capacity(StrEnum):
    HEALTH_CARE = "health_care"
    SOCIAL_CARE = "social_care"
