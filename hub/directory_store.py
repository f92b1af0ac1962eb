"""Where the directory lives, by the settings: in the embedded server, or in a server of yours, or in two that mirror
each other. Boundary: what such a server must be is ``directory.edge.ldap.server_check``'s matter.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import structlog
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from directory.edge.ldap.connections import over_socket
from directory.edge.ldap.mirror_watch import Following, Mirror, MirrorWatch
from directory.edge.ldap.network import CertificateLogin, Login, PasswordLogin, over_network
from directory.edge.ldap.refusals import ServerUnreachable
from directory.edge.ldap.server_check import Finding, check_server, demand_fit
from directory.edge.ldap.servers import Server, Servers
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from hub.real_clock import random_bytes
from hub.settings import Settings
from vocabulary.clock import Clock

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class DirectoryPlace:
    """``slapd`` is ``None`` where the directory lives in a server of yours. ``told`` is what was found there, a
    sentence each."""

    store: LdapStore
    slapd: SlapdChild | None
    told: tuple[str, ...] = ()
    mirrors: "Mirrors | None" = None


class Mirrors(Collector):
    """Looks after the mirrors of the server that serves; tells the log when one begins to follow otherwise, and the
    metrics how they follow."""

    def __init__(self, watch: MirrorWatch) -> None:
        self._watch = watch
        self._seen: tuple[Mirror, ...] = ()

    def look(self) -> None:
        before, self._seen = {mirror.name: mirror for mirror in self._seen}, self._watch.look()
        for mirror in self._seen:
            if mirror.mended:
                log.warning("a mirror had lost objects", mirror=mirror.name, mended=mirror.mended)
            known = before.get(mirror.name)
            if (Following.LEVEL if known is None else known.following) is not mirror.following:
                tell = log.info if mirror.following is Following.LEVEL else log.warning
                tell("a mirror follows otherwise", mirror=mirror.name, it=str(mirror.following), at=mirror.revision)

    def collect(self) -> Iterator[Metric]:
        """For the metrics, as of the last look."""
        level = GaugeMetricFamily(
            "tillit_directory_mirror_level",
            "1 while the mirror of the directory server holds all that stands there.",
            labels=["server"],
        )
        revision = GaugeMetricFamily(
            "tillit_directory_mirror_revision",
            "The revision that the mirror says it has reached; -1 while it does not answer.",
            labels=["server"],
        )
        for mirror in self._seen:
            level.add_metric([mirror.name], mirror.following is Following.LEVEL)
            revision.add_metric([mirror.name], mirror.revision)
        yield from (level, revision)


def open_directory_store(settings: Settings, ldap_port: int, clock: Clock, closing: ExitStack) -> DirectoryPlace:
    """``closing`` ends what is started here. Raises ``SlapdWillNotStart`` and ``ServerUnfit`` kinds with the remedy."""
    if settings.ldap_uris:
        place = _in_servers_of_yours(settings, clock)
        closing.callback(place.store.close)
        return place
    slapd = SlapdChild(settings.data, ldap_port, random_bytes=random_bytes, max_bytes=settings.ldap_max_bytes)
    slapd.start()
    closing.callback(slapd.stop)
    store = LdapStore(over_socket(slapd.ldapi_uri))
    closing.callback(store.close)
    return DirectoryPlace(store, slapd)


def servers_of_yours(settings: Settings) -> tuple[Server, ...]:
    """Those of ``ldap_uri``, in their order."""
    login = _login(settings)
    return tuple(Server(uri, over_network(uri, login, settings.ldap_ca_file)) for uri in settings.ldap_uris)


def findings(settings: Settings, clock: Clock) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Each server's address, and what is found when it is asked whether it can hold the directory."""
    for server in servers_of_yours(settings):
        yield server.name, check_server(server, clock.now(), settings.ldap_certificate_file)


def _in_servers_of_yours(settings: Settings, clock: Clock) -> DirectoryPlace:
    """One that does not answer is borne while its mirror does; one that is wrong in any other way is not."""
    fit, told, silent = [], [], []
    for server in servers_of_yours(settings):
        try:
            notes = demand_fit(server, clock.now(), settings.ldap_certificate_file)
        except ServerUnreachable as refusal:
            silent.append(refusal)
            told.append(f"Without its mirror for now: {refusal.description}")
        else:
            fit.append(server)
            told += [f"The directory's server `{server.name}` is fit.", *(f"See to it: {note}" for note in notes)]
    if not fit:
        raise silent[0]

    def admit(server: Server) -> None:
        demand_fit(server, clock.now(), settings.ldap_certificate_file)

    def hear(server: Server) -> None:
        log.warning("another directory server serves now", server=server.name)

    servers = Servers(servers_of_yours(settings), admit=admit, hear=hear)
    mirrors = Mirrors(MirrorWatch(servers)) if servers.are_several else None
    return DirectoryPlace(LdapStore(servers, keeps_awake=True), None, tuple(told), mirrors)


def _login(settings: Settings) -> Login:
    if settings.ldap_certificate_file is not None and settings.ldap_key_file is not None:
        return CertificateLogin(settings.ldap_certificate_file, settings.ldap_key_file)
    password_file = settings.ldap_password_file
    assert password_file is not None, "the settings say one of the two"
    return PasswordLogin(settings.ldap_bind_dn, lambda: _only_line_of(password_file))


def _only_line_of(file: Path) -> str:
    return file.read_text(encoding="utf-8").rstrip("\r\n")
