"""The directory server is killed: it is back within a second, with everything that was acknowledged."""

import os
import signal

import pytest

from directory.edge.ldap.connections import LDAPExceptionError
from directory.refusals import StoreUnavailable
from tests.system_parts import System, ldap_entries, name_of, newcomers, wait_until

pytestmark = pytest.mark.xdist_group("system")


def test_it_is_back_within_a_second_and_nothing_acknowledged_is_lost(system: System) -> None:
    today = system.staff_list("boden-today.csv")
    applied = system.apply(newcomers(["Slapdsson"], today))
    killed = system.slapd()

    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: name_of(killed) == "" and _runs(system), within_seconds=1)
    wait_until(system.is_ready, within_seconds=2)

    assert applied.status_code == 200, applied.text
    (person,) = system.people("Vera Slapdsson")
    assert len(ldap_entries(system.program.folder, f"(hsaIdentity={person['hsa_id']})")) == 1
    left = system.apply(today)
    assert left.status_code == 200, left.text


def _runs(system: System) -> bool:
    try:
        return len(ldap_entries(system.program.folder, "(cn=reader)")) == 1
    except (LDAPExceptionError, StoreUnavailable, OSError):
        return False
