"""The catalogue of the laboratory's PKI, as `--catalogue` takes it (docs/catalogue.md)."""

import json
from datetime import datetime
from pathlib import Path

from tests.conformance.lab.files import Files
from unpin.model.certificate import Certificate

ISSUED_BY = {
    "R_old": ("R_old",),
    "R_legacy": ("R_legacy",),
    "R_ms2017": ("R_ms2017",),
    "R_new": ("R_new",),
    "R_new_x": ("R_old",),
    "I_cur": ("R_old",),
    "I_cur04": ("R_old",),
    "I_cur_ms": ("R_ms2017",),
    "I_new": ("R_new", "R_new_x"),
}
"""What the catalogue knows, and whose key signed it; the bytes of the roots are there."""

_HEAD = """
[catalogue]
name = "laboratory"
title = "A rotation in Azure's shape"
date_seen = 2026-11-01
sources = ["tests"]
default_profile = "laboratory"

[[chain]]
name = "current"
title = "The chain of today"
served = "today"
issuing = ["i-cur", "i-cur04"]
root = "r-old"
source = "tests"
not_after = {end}

[[chain]]
name = "new"
title = "The chain after the rotation"
served = "after"
issuing = ["i-new"]
bridge = "r-new-x"
bridge_self_signed = "r-new"
root = "r-old"
source = "tests"
not_after = {end}

[[profile]]
name = "laboratory"
title = "The servers of the laboratory"
source = "tests"
date = 2026-11-01
chains = ["current", "new"]
roots = [
  {{ slug = "r-old", otherwise = "warning", who = "every client" }},
  {{ slug = "r-ms2017", otherwise = "warning", who = "clients of some servers" }},
  {{ slug = "r-legacy", otherwise = "note", who = "clients elsewhere" }},
]
"""


def write_catalogue(files: Files, folder: Path) -> Path:
    """Write the catalogue and its certificates into `folder`, and return the file's path."""
    (folder / "certificates").mkdir(parents=True)
    known = {name: Certificate(files.drawn.der[name]) for name in ISSUED_BY}
    end = min(one.fields.not_after for one in known.values())
    tables = [_HEAD.format(end=_moment(end))]
    for name, certificate in known.items():
        tables.append(_table(name, certificate))
        if _is_root(name):
            (folder / "certificates" / f"{slug(name)}.pem").write_bytes(files.pem((name,)))
    path = folder / "laboratory.toml"
    path.write_text("".join(tables), "utf-8")
    return path


def slug(name: str) -> str:
    return name.lower().replace("_", "-")


def _is_root(name: str) -> bool:
    return ISSUED_BY[name] == (name,)


def _table(name: str, certificate: Certificate) -> str:
    fields = certificate.fields
    root = _is_root(name)
    role = "root" if root else "cross-signed" if name == "R_new_x" else "intermediate"
    facts = {
        "slug": slug(name),
        "name": certificate.label,
        "role": role,
        "chain": ["laboratory"],
        "subject": str(fields.subject),
        "issuer": str(fields.issuer),
        "serial": f"{fields.serial:x}",
        "sha256": certificate.sha256,
        "sha1": certificate.sha1,
        "spki_sha256": certificate.spki_sha256,
        "ski": fields.subject_key_id.hex(),
        "aki": fields.authority_key_id.hex() if fields.authority_key_id else None,
        "not_before": fields.not_before,
        "not_after": fields.not_after,
        "key": str(fields.public_key),
        "signature_algorithm": fields.signature_algorithm,
        "ca": True,
        "path_length": 0 if name.startswith("I_") else None,
        "issued_by": [slug(signer) for signer in ISSUED_BY[name]],
        "source": "tests",
        "shipped": True if root else None,
        "origin": "drawn by the tests" if root else None,
        "leaving": "clients elsewhere need it" if name == "R_legacy" else None,
    }
    lines = [f"{key} = {_value(value)}\n" for key, value in facts.items() if value is not None]
    return "\n[[certificate]]\n" + "".join(lines)


def _value(value: object) -> str:
    """A value in TOML, which writes text, numbers, truth and lists as JSON does."""
    return _moment(value) if isinstance(value, datetime) else json.dumps(value)


def _moment(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")
