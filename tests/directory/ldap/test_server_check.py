"""A server of yours that cannot hold the directory is refused before anything is entrusted to it, with what to do."""

import os
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from directory.edge.ldap.connections import discard, over_socket
from directory.edge.ldap.names import BASE, SERVICE_DN, SUFFIX
from directory.edge.ldap.network import PasswordLogin, over_network, parse_url
from directory.edge.ldap.refusals import (
    BaseMissing,
    CertificateRefused,
    FeatureMissing,
    LoginRefused,
    RightsMissing,
    SchemaUnfit,
    ServerUnfit,
    ServerUnreachable,
)
from directory.edge.ldap.server_check import QUESTIONS, check_server, demand_fit
from directory.edge.ldap.servers import Server
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from directory.refusals import StoreUnavailable
from tests.directory.ldap.foreign_slapd import Authority, Edit, ForeignSlapd, foreign_slapd
from tests.directory.ldap.parts import a_county, added, short_folder, stop_still
from tests.parts import free_port
from vocabulary.refusals import InvalidValue


def now() -> datetime:
    return datetime.now(UTC)


def refused(server: Server) -> ServerUnfit:
    refusal = refused_anyhow(server)
    assert server.name in refusal.description
    return refusal


def refused_anyhow(server: Server, certificate_file: Path | None = None) -> ServerUnfit:
    """Also where what is wrong lies with us, and no server is named."""
    with pytest.raises(ServerUnfit) as refusal:
        demand_fit(server, now(), certificate_file)
    return refusal.value


def but(*parts: str, instead: str = "") -> Edit:
    """The published example without each line that holds one of ``parts``."""
    return lambda text: "\n".join(
        instead if any(part in line for part in parts) else line for line in text.splitlines()
    )


@pytest.mark.parametrize("login", ["by_password", "by_certificate"])
def test_a_server_set_up_by_the_published_example_is_fit(server: ForeignSlapd, login: str) -> None:
    findings = check_server(server.server(getattr(server, login)), now())

    assert [(finding.refusal, finding.note) for finding in findings] == [(None, None)] * (1 + len(QUESTIONS))


def test_the_question_changes_nothing(server: ForeignSlapd) -> None:
    store = LdapStore(server.reached_by(server.by_password), keeps_awake=True)
    store.apply(added(*a_county()), 1)

    demand_fit(server.server(), now())

    assert set(store.load().entries) == set(a_county()) and store.load().malformed == ()
    assert store.revision() == 1
    connection = server.administered()
    connection.search(SUFFIX, "(|(o=*rehearses*)(objectClass=tillitRemoved))", attributes=["1.1"])
    assert connection.response == []
    discard(connection)
    store.close()


def test_the_embedded_server_would_be_fit_too(slapd: SlapdChild) -> None:
    demand_fit(Server("the embedded one", over_socket(slapd.ldapi_uri)), now())


@pytest.mark.parametrize("login", ["by_password", "by_certificate"])
def test_an_address_where_nobody_answers(server: ForeignSlapd, login: str) -> None:
    nobody = replace(server, port=free_port())

    refusal = refused(nobody.server(getattr(server, login)))

    assert isinstance(refusal, ServerUnreachable)
    assert "is it running" in refusal.description


def test_a_server_that_stands_still_is_not_waited_for(server: ForeignSlapd) -> None:
    assert server.process is not None
    stop_still(server.process.pid)
    try:
        refusal = refused(server.server())
    finally:
        os.kill(server.process.pid, signal.SIGCONT)

    assert isinstance(refusal, ServerUnreachable)


def test_a_port_that_speaks_something_else(server: ForeignSlapd) -> None:
    with socket.create_server(("localhost", 0)) as listener:
        other = replace(server, port=listener.getsockname()[1])

        assert isinstance(refused(other.server()), ServerUnreachable)


def test_a_port_that_answers_something_else(server: ForeignSlapd) -> None:
    """A web server, say: it answers before it was asked anything that it understands."""
    with socket.create_server(("localhost", 0)) as listener:
        other = replace(server, port=listener.getsockname()[1])
        answering = threading.Thread(target=_answer_as_a_web_server, args=(listener,), daemon=True)
        answering.start()

        url = f"ldap://localhost:{other.port}"
        refusal = refused(Server(url, other.reached_by(other.by_password, url)))

        assert isinstance(refusal, ServerUnreachable)
        assert "does not speak LDAP" in refusal.description


def _answer_as_a_web_server(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(1_000)
        connection.sendall(
            b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n\r\n"
            b"Invalid HTTP request received."
        )


def expired(authority: Authority) -> None:
    authority.issue("server", common_name="x", hosts=("localhost",), until_now=-timedelta(hours=1))


def of_another_host(authority: Authority) -> None:
    authority.issue("server", common_name="localhost", hosts=("directory.example.se",))


@pytest.mark.parametrize(
    ("certificate", "words"), [(expired, "has expired: renew it"), (of_another_host, "another host's")]
)
def test_a_certificate_that_is_expired_or_another_hosts(certificate: object, words: str) -> None:
    with foreign_slapd(certificate=certificate) as server:  # type: ignore[arg-type] # one of the two above
        refusal = refused(server.server())

        assert isinstance(refusal, CertificateRefused)
        assert words in refusal.description


def test_a_certificate_from_an_authority_that_we_do_not_trust(server: ForeignSlapd) -> None:
    with short_folder() as folder:
        stranger = Authority(folder, "stranger")
        for trusted in (stranger.file, None):
            reached = Server(server.url, over_network(server.url, server.by_password, trusted))

            refusal = refused(reached)

            assert isinstance(refusal, CertificateRefused)
            assert "`ldap_ca_file`" in refusal.description


def test_a_file_of_certificates_that_is_not_there(server: ForeignSlapd, tmp_path: Path) -> None:
    reached = Server(server.url, over_network(server.url, server.by_password, tmp_path / "nowhere.pem"))

    with pytest.raises(CertificateRefused, match="cannot be read"):
        demand_fit(reached, now())


@pytest.mark.parametrize("dn", [SERVICE_DN, f"cn=nobody,{BASE}"])
def test_a_wrong_password_or_account(server: ForeignSlapd, dn: str) -> None:
    refusal = refused(server.server(PasswordLogin(dn, lambda: "guessed")))

    assert isinstance(refusal, LoginRefused)
    assert dn in refusal.description and "guessed" not in refusal.description


def test_a_certificate_of_ours_that_the_server_does_not_trust(server: ForeignSlapd) -> None:
    with short_folder() as folder:
        stranger = Authority(folder, "stranger").issue("tillit", common_name="tillit")

        refusal = refused(server.server(stranger))

        assert isinstance(refusal, CertificateRefused)
        assert "TLSCACertificateFile" in refusal.description


def test_a_certificate_of_ours_that_has_expired(server: ForeignSlapd) -> None:
    old = server.authority.issue("old", common_name="tillit", until_now=-timedelta(hours=1))

    refusal = refused_anyhow(server.server(old), old.certificate_file)

    assert isinstance(refusal, CertificateRefused)
    assert "have a new one issued" in refusal.description


def test_a_server_that_asks_for_no_certificate_cannot_know_us_by_it() -> None:
    with foreign_slapd(edit_config=lambda text: text.replace("TLSVerifyClient try", "")) as server:
        refusal = refused(server.server(server.by_certificate))

        assert isinstance(refusal, LoginRefused)
        assert "TLSVerifyClient" in refusal.description


def elsewhere(text: str) -> str:
    return text.replace(SUFFIX, "c=NO").replace("c: SE", "c: NO")


def test_a_server_with_another_tree() -> None:
    with foreign_slapd(edit_config=elsewhere, edit_seed=elsewhere) as server:
        refusal = refused(server.server(server.by_certificate))

        assert isinstance(refusal, BaseMissing)
        assert "holds `c=NO`" in refusal.description and f"`{SUFFIX}`" in refusal.description


def test_an_empty_database() -> None:
    with foreign_slapd(seeded=False) as server:
        refusal = refused(server.server(server.by_certificate))

        assert isinstance(refusal, BaseMissing)
        assert "`seed.ldif`" in refusal.description


def test_a_server_without_our_schema_is_told_what_is_missing() -> None:
    nothing_of_ours = but(
        *("norrbotten", "index hsa", "index tillit", "index municipality", "index comm", "access to attrs"),
        *("access to filter", 'access to dn.subtree="c=SE"', "constraint_attribute"),
    )
    with foreign_slapd(edit_config=nothing_of_ours, seeded=False) as server:
        refusal = refused(server.server(server.by_certificate))

        assert isinstance(refusal, SchemaUnfit)
        assert "`hsaIdentity`" in refusal.description and "norrbotten-hsa.schema" in refusal.description


def test_the_one_class_that_is_missing_is_named() -> None:
    def older(text: str) -> str:
        return text[: text.index("objectclass ( 1.3.6.1.4.1.4203.666.11.88.2.10 NAME 'tillitCodeTable'")]

    with foreign_slapd(edit_schema=older) as server:
        refusal = refused(server.server())

        assert isinstance(refusal, SchemaUnfit)
        assert "does not know `tillitCodeTable`:" in refusal.description


def test_a_class_that_means_something_else_is_named() -> None:
    def older(text: str) -> str:
        return text.replace(
            "MUST ( hsaIdentity $ orgNo )\n\tMAY ( tillitMember", "MUST ( hsaIdentity )\n\tMAY ( tillitMember"
        )

    with foreign_slapd(edit_schema=older) as server:
        refusal = refused(server.server())

        assert isinstance(refusal, SchemaUnfit)
        assert "`tillitSocialCareProvider` otherwise than we do" in refusal.description


@pytest.mark.parametrize(
    ("hidden", "words"),
    [('access to dn.base="" by', "root DSE"), ('access to dn.base="cn=Subschema" by', "does not show us its schema")],
)
def test_a_server_that_does_not_tell_about_itself(hidden: str, words: str) -> None:
    closed = but(hidden, instead=hidden + " * none")
    with foreign_slapd(edit_config=closed) as server:
        refusal = refused(server.server())

        assert isinstance(refusal, RightsMissing)
        assert words in refusal.description


def test_an_account_that_may_only_read() -> None:
    with foreign_slapd(
        edit_config=lambda text: text.replace(f'dn.exact="{SERVICE_DN}" write', f'dn.exact="{SERVICE_DN}" read')
    ) as server:
        refusal = refused(server.server())

        assert isinstance(refusal, RightsMissing)
        assert f"we are `{SERVICE_DN}`" in refusal.description


def test_a_certificate_that_the_server_makes_nobody_of() -> None:
    with foreign_slapd(edit_config=lambda text: text.replace('"^cn=tillit$"', '"^cn=someone$"')) as server:
        refusal = refused(server.server(server.by_certificate))

        assert isinstance(refusal, RightsMissing | BaseMissing)


def test_a_server_that_is_read_only() -> None:
    with foreign_slapd(edit_config=lambda text: text.replace("rtxnsize 0", "rtxnsize 0\nreadonly on")) as server:
        refusal = refused(server.server())

        assert isinstance(refusal, RightsMissing)
        assert "takes no changes" in refusal.description


@pytest.mark.spec("RFC 5805 section 2")
def test_a_database_without_transactions() -> None:
    def as_files(text: str) -> str:
        return but("maxsize", "rtxnsize", "index ")(text).replace("database mdb", "database ldif")

    with foreign_slapd(edit_config=as_files) as server:
        refusal = refused(server.server())

        assert isinstance(refusal, FeatureMissing)
        assert "mdb" in refusal.description


@pytest.mark.spec("RFC 4533 section 3.2")
def test_a_database_that_does_not_synchronise() -> None:
    with foreign_slapd(edit_config=but("syncprov-", "overlay syncprov")) as server:
        refusal = refused(server.server())

        assert isinstance(refusal, FeatureMissing)
        assert "overlay syncprov" in refusal.description


def threads(words: str) -> Edit:
    return lambda text: text.replace("threads 3", words)


def test_more_threads_than_this_server_bears() -> None:
    with foreign_slapd(edit_config=threads("threads 8")) as server:
        refusal = refused(server.server())

        assert refusal.code == "ldap_server_unfit"
        assert "with 8 threads" in refusal.description and "write `threads 3`" in refusal.description


def test_what_cannot_be_seen_is_left_to_the_administrator() -> None:
    with foreign_slapd(edit_config=lambda text: text[: text.index("database monitor")]) as server:
        (note,) = demand_fit(server.server(), now())

        assert "does not show us its monitor" in note and "`threads 3`" in note


@pytest.mark.parametrize(
    ("read", "words"), [(lambda: "", "is empty"), (lambda: Path("/nowhere/password").read_text(), "cannot be read")]
)
def test_a_password_that_is_not_there_is_no_login_as_nobody(
    server: ForeignSlapd, read: Callable[[], str], words: str
) -> None:
    refusal = refused_anyhow(server.server(PasswordLogin(SERVICE_DN, read)))

    assert isinstance(refusal, LoginRefused)
    assert words in refusal.description and "`ldap_password_file`" in refusal.description


def test_a_server_that_gives_only_so_much_says_so_when_it_is_read() -> None:
    with foreign_slapd(edit_config=but("limits ", instead="sizelimit 5")) as server:
        store = LdapStore(server.reached_by(server.by_password))
        store.apply(added(*a_county()), 1)

        with pytest.raises(StoreUnavailable, match="size=unlimited"):
            store.load()
        store.close()


@pytest.mark.parametrize(
    "url", ["http://localhost", "ldaps://", "ldaps://a/dc=x", "ldaps://a:x", "ldaps://u@a", "ldapi://%2Frun", "a", ""]
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(InvalidValue, match="is no address of a directory server"):
        parse_url(url)


@pytest.mark.parametrize("url", ["ldaps://dir.example.se/", "ldaps://[::1]:1636", "ldap://dir.example.se:389"])
def test_an_address_has_a_host_and_perhaps_a_port(url: str) -> None:
    assert parse_url(url) == url.rstrip("/")


@pytest.mark.spec("RFC 4513 section 3.1")
def test_nothing_is_said_in_clear_to_a_server_without_tls() -> None:
    with foreign_slapd(edit_config=but("TLS", "security ", "authz-regexp"), over_tls=False) as server:
        reached = Server(server.start_tls_url, server.reached_by(server.by_password, server.start_tls_url))

        refusal = refused(reached)

        assert isinstance(refusal, FeatureMissing)
        assert "offers no StartTLS" in refusal.description
