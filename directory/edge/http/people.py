"""What only people have: a personal number, and what the licence register says of them.

A personal number comes and goes in bodies only, never in an address, and is never told back.
"""

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from directory.core.administration import Act
from directory.core.editing import SetBy, attributes
from directory.core.entries import Person
from directory.core.visibility import Visibility
from directory.edge.http.bodies import Licences, NewNumber, NumberBody
from directory.edge.http.carrying_out import Changing, DryRun, Situation, Wanted
from directory.edge.http.reading import found_by
from directory.edge.http.shapes import SHAPES, Shape
from vocabulary.caller import Caller

_PERSON = SHAPES[Person]


class FoundPeople(Shape):
    """The employee records of one human, as far as the caller administers them."""

    items: list[_PERSON]  # type: ignore[valid-type]  # made from the fields of a person
    revision: int


def people(changing: Changing) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["directory"])

    @routes.post("/people/lookup", response_model=FoundPeople, response_model_exclude_unset=True)
    def lookup(body: NumberBody, caller: Caller = changing.caller) -> object:
        situation = changing.situation(caller)
        found = situation.snapshot.people_with_number(changing.directory.number_lookup(body.parsed()))
        told = [
            situation.audience.entry(person)
            for person in found
            if situation.audience.sees(person) and situation.audience.reach.circle(person) >= Visibility.ADMINISTRATORS
        ]
        return {"items": told, "revision": situation.snapshot.revision}

    @routes.put("/people/{hsa_id}/personal-number", response_model=_PERSON)
    def personal_number(
        hsa_id: str, body: NewNumber, request: Request, dry_run: DryRun = False, caller: Caller = changing.caller
    ) -> Response:
        number = body.personal_number.parsed()
        found_at = changing.directory.number_lookup(number)

        def make(situation: Situation) -> Wanted:
            found = found_by(situation.audience, Person, hsa_id)
            situation.demand(Act.CHANGE, found, {"number_lookup"})
            return Wanted(replace(found, number_lookup=found_at), numbers={found.hsa_id: number})

        return changing.carry_out(
            request, caller, body, make, dry_run=dry_run, names={"number_lookup": "personal_number"}
        )

    @routes.put("/people/{hsa_id}/licences", response_model=_PERSON)
    def licences(
        hsa_id: str, body: Licences, request: Request, dry_run: DryRun = False, caller: Caller = changing.caller
    ) -> Response:
        def make(situation: Situation) -> Wanted:
            found = found_by(situation.audience, Person, hsa_id)
            situation.demand(Act.CHANGE, found, attributes(Person, SetBy.LICENCE_REGISTER))
            return Wanted(
                replace(
                    found,
                    licences=tuple(body.licences),
                    licence_restrictions=tuple(body.licence_restrictions),
                    specialities=tuple(body.specialities),
                    prescription_rights=tuple(body.prescription_rights),
                )
            )

        return changing.carry_out(request, caller, body, make, dry_run=dry_run)

    return routes
