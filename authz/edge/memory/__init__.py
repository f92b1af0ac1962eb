"""The registers in memory, for decisions: every current row, found by patient or by person in one step."""

from authz.edge.memory.registers import RegisterModel

__all__ = ["RegisterModel"]
