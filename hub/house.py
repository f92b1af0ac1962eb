"""Puts the rooms together over real parts: the whole of Tillit in one process, started and stopped in order.

Not for serving or for the demo's content: it makes the parts, and ``front`` is the web application over them.
"""

import socket
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine
from starlette.requests import Request

from authz.actions.answer_question import Pdp
from authz.actions.auditing.read_log import LogReading
from authz.actions.auditing.report_access import AccessReports
from authz.actions.delegating.look_after import look_after_delegations
from authz.actions.desk import Desk
from authz.actions.emergencies.remind import remind_of_reviews
from authz.actions.judge_administration import AdministrationJudge
from authz.actions.packs.desk import PackDesk
from authz.actions.recorded_book import RecordedBook
from authz.actions.searching.search import Searches
from authz.edge.memory import RegisterModel
from authz.edge.sql import RegisterStore
from authz.edge.sql.at_units import RegistersAtUnits
from authz.edge.sql.worklists import SqlWorklists
from authz.edge.trail import AuditTrail, TrailIndex, remove_segments
from authz.edge.trail.of_application import DecisionsOfApplications
from directory import Directory
from directory.actions.hide_what_is_not_current import Hiding
from directory.actions.report_quality import QualityReport, Seen
from directory.edge.http.followers import Followers
from directory.edge.http.repeating import KEYS_KEPT
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.sql.erasures import SqlErasures
from directory.edge.sql.id_ledger import SqlIdLedger
from directory.edge.sql.journal import SqlJournal
from directory.edge.sql.known_findings import SqlKnownFindings
from directory.edge.sql.licence_checks import SqlLicenceChecks
from directory.edge.sql.plans import SqlPlans
from directory.edge.sql.requests import SqlRequests
from directory.edge.sql.sealed_numbers import SqlSealedNumbers
from directory.planning import Planning
from directory.ports import Administration, Requests, WaitingAtMost
from directory.retention import Registers, Retention
from federation.edge.http.application import Federation, assemble
from federation.edge.http.login_application import LoginApplication, assemble_login
from federation.edge.sql.purge import purge_expired
from federation.edge.sql.sessions import SqlSessions
from hub import pages
from hub.archive_authorities import decisions_in, demand_members
from hub.bridges.administrators_let_people_in import AdministratorsLetPeopleIn
from hub.bridges.authz_decides_administration import AuthzDecidesAdministration
from hub.bridges.directory_answers_authz import DirectoryStaff
from hub.bridges.directory_answers_federation import DirectoryEmployees
from hub.bridges.directory_lists_staff import DirectoryLists
from hub.bridges.leaver_loses_access import LeaverLosesAccess
from hub.bridges.reorganisation_touches import ReorganisationTouches
from hub.bridges.retention_erases_staff_lists import RetentionErasesStaffLists
from hub.bridges.sync_changes_directory import DirectoryRegister
from hub.bridges.the_trail_tells_of_others import DirectoryChangesAreRecorded, LoginsAreRecorded
from hub.bridges.token_names_the_caller import RegisteredApplications, SubjectsOfTokens, callers
from hub.database import make_engine
from hub.directory_store import DirectoryPlace, open_directory_store
from hub.memory import give_back
from hub.migrations import upgrade
from hub.poller import Poller
from hub.real_clock import random_bytes
from hub.sealing import SealKeys, trail_key
from hub.settings import Settings
from sync import Sync
from sync.edge.csv.reader import StaffListReader
from sync.edge.sql.runs import SqlRuns
from sync.edge.sql.sources import SqlSources
from vocabulary.caller import Caller
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId

log = structlog.get_logger()

FOLLOW_EVERY_SECONDS = 0.3
INDEX_EVERY_SECONDS = 1.0
HIDE_EVERY_SECONDS = 15.0
CARRY_OUT_EVERY_SECONDS = 1.0
REFRESH_EVERY_SECONDS = 0.25
MEND_EVERY_SECONDS = 2.0
GIVE_BACK_EVERY_SECONDS = 30.0
INDEX_TRAIL_EVERY_SECONDS = 5.0
INDEXED_AT_ONCE = 5_000
"""Records that are indexed in the background at once, so that decisions beside it wait for little."""
LOOK_AFTER_DELEGATIONS_EVERY_SECONDS = 60.0
SETTLE_EVERY_SECONDS = 60.0
ERASE_EVERY_SECONDS = 3600.0
PURGE_EVERY_SECONDS = 3600.0
LOOK_AFTER_MIRRORS_EVERY_SECONDS = 2.0
LOOK_AT_QUALITY_EVERY_SECONDS = 60.0


@dataclass(frozen=True)
class House:
    """Everything that the web application, the demo and the tests reach for. Use ``open_house``."""

    settings: Settings
    clock: Clock
    seal: SealKeys
    engine: Engine
    place: DirectoryPlace
    directory: Directory
    administration: Administration
    requests: Requests
    followers: Followers
    quality: QualityReport
    planning: Planning
    retention: Retention
    registers: RegisterModel
    trail: AuditTrail
    log: TrailIndex
    access_reports: AccessReports
    log_reading: LogReading
    pdp: Pdp
    searches: Searches
    desk: Desk
    pack_desk: PackDesk
    federation: Federation
    login: LoginApplication
    authenticate: Callable[[Request], Caller]
    sync: Sync
    metrics: CollectorRegistry

    @property
    def slapd(self) -> SlapdChild:
        """The embedded directory server. Only for who knows that the directory lives in it."""
        if self.place.slapd is None:
            raise LookupError("the directory lives in a server that is not ours")
        return self.place.slapd

    def names_staff(self, provider: HsaId) -> bool:
        """Whether a care provider names its staff to the patient in extracts of the log."""
        return provider.key in self.settings.staff_named_in_extracts.upper().split()

    def readiness(self) -> Mapping[str, str | None]:
        """Part → what is wrong with it, or ``None``."""
        unconfirmed = self.directory.unconfirmed_for().total_seconds()
        unheard = self.registers.unheard_for_seconds()
        return {
            "directory": f"not confirmed for {unconfirmed:.0f} s" if unconfirmed > 5 else None,
            "registers": None if unheard is not None and unheard <= 5 else "not read for more than 5 s",
            "trail": None if self.trail.failure is None else "cannot be written, so nothing is permitted",
        }


def open_house(settings: Settings, clock: Clock, closing: ExitStack) -> House:
    """Start every part; ``closing`` stops them in reverse. Raises refusals that say what to do."""
    settings.data.mkdir(parents=True, exist_ok=True)
    keys = settings.data / "keys"
    seal = SealKeys.from_file(keys / "seal.json", random_bytes)
    engine = make_engine(settings.sql_url)
    closing.callback(engine.dispose)
    upgrade(engine)

    place = open_directory_store(settings, settings.ldap_port or kept_port(settings.data), clock, closing)
    directory = Directory(
        place.store,
        SqlJournal(engine),
        SqlIdLedger(engine),
        SqlSealedNumbers(engine),
        seal,
        clock,
    )

    store = RegisterStore(engine)
    registers = RegisterModel(store, clock)
    registers.refresh()
    signing = trail_key(keys / "trail.pem")
    trail = _open_trail(settings.data / "trail", signing, clock, closing)
    staff = DirectoryStaff(directory, clock)
    employees = DirectoryEmployees(directory, clock)
    federation = assemble(
        issuer=settings.issuer,
        engine=engine,
        key_folder=keys / "signing",
        staff=employees,
        sessions=SqlSessions(engine),
        house=pages,
        clock=clock,
        random_bytes=random_bytes,
    )
    tokens = SubjectsOfTokens(federation.token_desk)
    applications = RegisteredApplications(federation.clients)
    pdp = Pdp(
        staff=staff,
        registers=registers,
        tokens=tokens,
        applications=applications,
        packs=registers,
        seal=seal,
        trail=trail,
        clock=clock,
        random_bytes=random_bytes,
        on_fault=lambda fault: log.error("decision failed", error=type(fault).__name__, reason=str(fault)),
    )
    searches = Searches(
        pdp,
        staff=DirectoryLists(directory, staff),
        registers=registers,
        applications=applications,
        seal=seal,
        trail=trail,
        random_bytes=random_bytes,
    )
    desk = Desk(RecordedBook(registers, trail, clock), registers, staff, seal, clock, random_bytes)
    log_of_trail = TrailIndex(settings.data / "trail")
    closing.callback(log_of_trail.close)
    directory.on_commit(DirectoryChangesAreRecorded(trail, clock))
    directory.on_commit(LeaverLosesAccess(federation.end_access, desk))
    quality = quality_report(directory, engine, clock)
    directory.on_commit(quality.hear)
    directory.start()
    give_back()

    authenticate = callers(federation.token_desk)
    judge = AdministrationJudge(trail, clock, random_bytes)
    administration = AuthzDecidesAdministration(staff, judge, clock)
    login = assemble_login(
        federation,
        engine=engine,
        staff=employees,
        box=seal,
        house=pages,
        clock=clock,
        random_bytes=random_bytes,
        authenticate=authenticate,
        admission=AdministratorsLetPeopleIn(directory, administration),
        records=LoginsAreRecorded(trail, clock),
    )
    sync = Sync(
        reader=StaffListReader(),
        register=DirectoryRegister(directory),
        sources=SqlSources(engine),
        runs=SqlRuns(engine),
        seal=seal,
        clock=clock,
        random_bytes=random_bytes,
    )
    requests = SqlRequests(engine)
    plans = SqlPlans(engine, WaitingAtMost(settings.plans_waiting_per_caller, settings.plans_waiting_at_most))
    kept_beside = Registers(plans, quality.checks, SqlErasures(engine), RetentionErasesStaffLists(sync.runs))
    retention = Retention(directory, kept_beside, decisions_in(settings))
    demand_members(retention)
    touches = ReorganisationTouches(RegistersAtUnits(engine), federation.clients, sync.sources, clock)
    planning = Planning(
        directory,
        plans,
        administration,
        touches,
        on_failed=lambda plan: log.warning("planned change failed", plan=plan.id, reason=plan.why),
    )
    worklists = SqlWorklists(engine)
    metrics = CollectorRegistry()
    if place.mirrors is not None:
        metrics.register(place.mirrors)
    sync.settle(untouched_for=timedelta(0))
    for name, every, action in (
        ("follow the directory", FOLLOW_EVERY_SECONDS, directory.poll),
        ("hide what is not current", HIDE_EVERY_SECONDS, Hiding(directory.desk).carry_out),
        ("index addresses", INDEX_EVERY_SECONDS, directory.index_addresses),
        ("carry out what is planned", CARRY_OUT_EVERY_SECONDS, planning.carry_out_due),
        ("refresh registers", REFRESH_EVERY_SECONDS, registers.refresh),
        ("look after delegations", LOOK_AFTER_DELEGATIONS_EVERY_SECONDS, partial(look_after_delegations, desk)),
        ("remind of reviews", LOOK_AFTER_DELEGATIONS_EVERY_SECONDS, partial(remind_of_reviews, desk, worklists)),
        ("refresh tokens", REFRESH_EVERY_SECONDS, federation.refresh),
        ("index the trail", INDEX_TRAIL_EVERY_SECONDS, partial(log_of_trail.catch_up, INDEXED_AT_ONCE)),
        ("give memory back", GIVE_BACK_EVERY_SECONDS, give_back),
        ("mend the trail", MEND_EVERY_SECONDS, partial(_mend, trail)),
        ("settle staff lists", SETTLE_EVERY_SECONDS, partial(sync.settle, timedelta(seconds=2 * SETTLE_EVERY_SECONDS))),
        ("purge", PURGE_EVERY_SECONDS, lambda: purge_expired(engine, clock.now())),
        ("look at quality", LOOK_AT_QUALITY_EVERY_SECONDS, quality.look),
        ("forget keys", PURGE_EVERY_SECONDS, lambda: requests.purge(clock.now() - KEYS_KEPT)),
        ("forget keys of registrations", PURGE_EVERY_SECONDS, lambda: store.forget_requests(clock.now() - KEYS_KEPT)),
        ("erase what is due", ERASE_EVERY_SECONDS, retention.carry_out),
        ("remove old audit segments", ERASE_EVERY_SECONDS, partial(_remove_old, trail, signing, settings, clock)),
        ("forget keys of plans", PURGE_EVERY_SECONDS, lambda: planning.forget_keys(clock.now() - KEYS_KEPT)),
        *(
            ()
            if place.mirrors is None
            else (("look after mirrors", LOOK_AFTER_MIRRORS_EVERY_SECONDS, place.mirrors.look),)
        ),
    ):
        poller = Poller(name, every, action)
        poller.start()
        closing.callback(poller.stop)
    return House(
        settings=settings,
        clock=clock,
        seal=seal,
        engine=engine,
        place=place,
        directory=directory,
        administration=administration,
        requests=requests,
        followers=Followers(directory.feed, settings.followers_at_most, settings.followers_per_caller),
        quality=quality,
        planning=planning,
        retention=retention,
        registers=registers,
        trail=trail,
        log=log_of_trail,
        access_reports=AccessReports(desk, log_of_trail, trail, tokens),
        log_reading=LogReading(desk, log_of_trail, trail),
        pdp=pdp,
        searches=searches,
        desk=desk,
        pack_desk=PackDesk(
            registers,
            registers,
            applications,
            DecisionsOfApplications(settings.data / "trail", trail, clock),
            clock,
            random_bytes,
        ),
        federation=federation,
        login=login,
        authenticate=authenticate,
        sync=sync,
        metrics=metrics,
    )


def quality_report(directory: Directory, engine: Engine, clock: Clock) -> QualityReport:
    """The report of ``directory``, kept in ``engine``; it listens by ``hear``."""

    def see() -> Seen:
        return Seen(directory.truth(), directory.drift(), directory.broken())

    return QualityReport(see, SqlKnownFindings(engine), SqlLicenceChecks(engine), clock)


def _open_trail(folder: Path, key: Ed25519PrivateKey, clock: Clock, closing: ExitStack) -> AuditTrail:
    trail = AuditTrail(folder, key, clock)
    trail.start()
    closing.callback(trail.close)
    return trail


def _remove_old(trail: AuditTrail, key: Ed25519PrivateKey, settings: Settings, clock: Clock) -> None:
    """Without the archive authority's decision nothing of the trail is ever removed."""
    decision = settings.retention_decision
    if decision:
        folder = settings.data / "trail"
        for gone in remove_segments(folder, trail, key, clock.now(), decision=decision, years=settings.audit_years):
            log.info("audit segment removed", segment=gone.segment, decision=decision)


def kept_port(data: Path) -> int:
    """The loopback port that LDAP was given when it was left to us: a free one, and the same ever after."""
    file = data / "ldap-port"
    if not file.exists():
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            file.write_text(str(found.getsockname()[1]))
    return int(file.read_text())


def _mend(trail: AuditTrail) -> None:
    if trail.failure is not None:
        trail.revive()
