"""Upload a draft of an application's policy pack: checked, numbered, and never changed afterwards."""

from typing import Any, Final

from authz.actions.packs.desk import PackDesk, version_of
from authz.actions.packs.read_document import digest_of, written
from authz.actions.packs.read_pack import read_pack, space_of
from authz.core.packs.pack import Pack
from authz.ports import Act, Kind, PackVersion, Row
from authz.refusals import InvalidPolicyPack

MAX_VERSIONS: Final = 1_000
UPLOADED: Final = "uploaded"


def check_pack(desk: PackDesk, document: Any) -> Pack:
    """The pack as it would be uploaded. Raises ``InvalidPolicyPack``."""
    space = space_of(document)
    desk.need_application(space)
    written(document)
    return read_pack(document, _next_number(desk, space))


def upload_pack(desk: PackDesk, document: Any, *, by: str) -> Row:
    """A new version, as a draft; the newest one again, when it is of the same content. Raises ``InvalidPolicyPack``."""
    pack = check_pack(desk, document)
    text = written(document)
    digest, there = digest_of(text), desk.versions(pack.space)
    if there and version_of(there[-1]).digest == digest:
        return there[-1]
    if len(there) >= MAX_VERSIONS:
        raise InvalidPolicyPack(f"an application's pack has at most {MAX_VERSIONS} versions", pointer="/pack")
    row_id, now = desk.random_bytes(16).hex(), desk.clock.now()
    content = PackVersion(row_id, pack.space, pack.number, digest, text)
    row = Row(Kind.POLICY_PACK, row_id, content, (), by, now, act=Act(UPLOADED, by, now, document=digest))
    desk.book.commit([row])
    return row


def _next_number(desk: PackDesk, space: str) -> int:
    return 1 + max((version_of(row).number for row in desk.versions(space)), default=0)
