"""``/api/v1/delegation-tasks``: the catalogue of tasks that can be delegated, and those that never can."""

from typing import Any

from fastapi import APIRouter
from pydantic import Field

from authz.actions.delegating.written import catalogue_task
from authz.actions.desk import Desk
from authz.actions.keep_other_registers import keep_task
from authz.core.facts import CatalogueTask
from authz.core.unknown import UNKNOWN
from authz.edge.http.rows import ADMINISTRATORS, REGISTRARS, Authenticate, Body, acts_json, caller_with
from authz.ports import Kind
from authz.refusals import InvalidRegistration, RegistersUnavailable, UnknownRecord, UnknownTask
from vocabulary.assurance import AssuranceLevel
from vocabulary.caller import Caller

PREFIX = "/api/v1/delegation-tasks"

_LEVELS = {"loa2": AssuranceLevel.LOA2, "loa3": AssuranceLevel.LOA3}


class TaskBody(Body):
    """``signing_level`` (`loa2`, `loa3`) is how sure the login must be by which a delegation of it is signed."""

    name: str = Field(min_length=1, max_length=200)
    delegable: bool
    required_licences: list[str] = Field(max_length=30)
    gives_sight_of: list[str] = Field(max_length=30)
    signing_level: str = "loa2"


def tasks_router(desk: Desk, authenticate: Authenticate) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["delegations"])
    registrar = caller_with(authenticate, REGISTRARS)
    administrator = caller_with(authenticate, ADMINISTRATORS)

    @router.get("")
    def listed(caller: Caller = registrar) -> dict[str, Any]:
        tasks = desk.registers.tasks()
        if tasks is UNKNOWN:
            raise RegistersUnavailable("the catalogue of tasks cannot be read now")
        return {"items": [_told(task) for task in sorted(tasks, key=lambda task: task.code)]}

    @router.get("/{code}")
    def show(code: str, caller: Caller = registrar) -> dict[str, Any]:
        try:
            task = catalogue_task(desk, code)
        except UnknownTask:
            raise UnknownRecord("there is no such task") from None
        return {**_told(task), "history": acts_json(desk.book.history(Kind.TASK, code))}

    @router.put("/{code}")
    def keep(code: str, body: TaskBody, caller: Caller = administrator) -> dict[str, Any]:
        level = _LEVELS.get(body.signing_level)
        if level is None:
            raise InvalidRegistration("the signing level is `loa2` or `loa3`", pointer="/signing_level")
        task = CatalogueTask(
            code,
            body.delegable,
            frozenset(body.required_licences),
            frozenset(body.gives_sight_of),
            level,
            body.name,
        )
        row = keep_task(desk, task, by=caller.name)
        assert isinstance(row.content, CatalogueTask)
        return _told(row.content)

    return router


def _told(task: CatalogueTask) -> dict[str, Any]:
    return {
        "code": task.code,
        "version": task.version,
        "name": task.name,
        "delegable": task.delegable,
        "required_licences": sorted(task.required_licences),
        "gives_sight_of": sorted(task.gives_sight_of),
        "signing_level": task.signing_level.name.lower(),
    }
