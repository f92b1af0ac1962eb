"""The tree's fixed names, and how a text becomes part of a name without being able to change its meaning (RFC 4514).

::

    c=SE                                    tillitRevision: how far the directory has come
    └ l=Norrbottens län
      ├ o=MEMBER                            a member; `o=MEMBER+hsaIdentity=ID` where the name is taken already
      │ ├ ou=Anställda
      │ │ └ hsaIdentity=ID                  a person
      │ ├ hsaIdentity=ID                    a care provider
      │ └ ou=UNIT                           a unit, nested; `ou=UNIT+hsaIdentity=ID` where the name is taken already
      │   └ hsaIdentity=ID                  an assignment
      └ ou=Services                         the accounts of applications
"""

import re
import unicodedata
from functools import lru_cache

SUFFIX = "c=SE"
BASE = f"l=Norrbottens län,{SUFFIX}"
SERVICES = f"ou=Services,{BASE}"
VIDEO = f"ou=Video,{BASE}"
SERVICE_DN = f"cn=tillit,{SERVICES}"
READER_DN = f"cn=reader,{SERVICES}"
STAFF = "Anställda"

CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SPECIAL = re.compile(r'[\\,+"<>;=#]|^ +| +$')
_FIRST_RDN = re.compile(r"(?:\\.|[^\\,])*", re.DOTALL)


def escaped(text: str) -> str:
    """``text`` as the value of a relative name. It holds no controls: ``entry_mapping`` refuses them before.

    Written as hexadecimal pairs throughout. ldap3's own escaping turns a lone space into an escaped backslash.
    """
    return _SPECIAL.sub(lambda found: "".join(f"\\{ord(character):02X}" for character in found[0]), text)


def rdn(attribute: str, text: str, hsa_id: str | None = None) -> str:
    """``attribute=text``, and with ``hsa_id`` the two-valued name that no sibling can have."""
    return f"{attribute}={escaped(text)}" + ("" if hsa_id is None else f"+hsaIdentity={escaped(hsa_id)}")


def parent_of(dn: str) -> str:
    """The name above ``dn``, or an empty text. ``dn`` is as servers write it: escaped by backslashes, never quoted."""
    first = _FIRST_RDN.match(dn)
    return "" if first is None else dn[first.end() + 1 :].lstrip(" ")


@lru_cache(maxsize=4096)
def same(dn: str) -> str:
    """A form by which two spellings of one name from the same server compare equal."""
    return dn.casefold()


def sibling_key(text: str) -> str:
    """Names with different keys never collide as siblings: at least as coarse as LDAP's caseIgnoreMatch (RFC 4518)."""
    kept = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) not in ("Cf", "Mn"))
    return " ".join(unicodedata.normalize("NFKC", "".join(kept).casefold()).split())
