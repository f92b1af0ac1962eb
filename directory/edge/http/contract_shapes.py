"""The JSON of the national contracts, made from the answers of ``core.national``: the same names in camel case.

What the contracts call absent is absent from the JSON; a list that may hold nothing is there and empty.
"""

import re
from dataclasses import fields, is_dataclass
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

_MADE: dict[type[Any], type[BaseModel]] = {}


class ContractShape(BaseModel):
    model_config = ConfigDict(extra="forbid")


def shape_of(answer: type[Any]) -> type[BaseModel]:
    """The shape of a dataclass of ``core.national``, each of its attributes under the contract's name."""
    if answer not in _MADE:
        hints = get_type_hints(answer)
        attributes: dict[str, Any] = {
            contract_name(each.name): (_json_type(hints[each.name]), Field(default=None)) for each in fields(answer)
        }
        _MADE[answer] = create_model(answer.__name__, __base__=ContractShape, __doc__=answer.__doc__, **attributes)
    return _MADE[answer]


def told(value: object) -> Any:
    """An answer as JSON can hold it."""
    if isinstance(value, tuple):
        return [told(each) for each in value]
    if is_dataclass(value):
        named = ((each.name, getattr(value, each.name)) for each in fields(value))
        return {contract_name(name): told(held) for name, held in named if held is not None}
    return value


def contract_name(name: str) -> str:
    """``health_care_unit_hsa_id`` → ``healthCareUnitHsaId``."""
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def _json_type(hint: Any) -> Any:
    if is_dataclass(hint) and isinstance(hint, type):
        return shape_of(hint)
    origin, parts = get_origin(hint), get_args(hint)
    if origin is tuple:
        return list[_json_type(parts[0])]  # type: ignore[misc]  # made from the answer's own type
    if origin in (Union, UnionType):
        (one,) = (part for part in parts if part is not NoneType)
        return _json_type(one) | None
    return hint if hint in (str, bool, datetime) else bool
