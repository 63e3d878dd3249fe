"""Write the built-in catalogue, as TOML and JSON, and its PEM files, from a folder.

    python scripts/make_catalogue.py FOLDER

`catalog.json` has one object per certificate (facts, sources, whether its bytes may be shipped);
beside it lies <slug>.pem. The chains and profiles are written here, by hand.
"""

import argparse
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from unpin.asn1.textual_encoding import block, certificate_blocks
from unpin.catalogue.load import json_text

TARGET: Final = Path(__file__).parents[1] / "src" / "unpin" / "catalogue"
PAGE: Final = (
    "MicrosoftDocs/azure-docs articles/security/fundamentals/"
    "azure-certificate-authority-details.md @03e5750af10b23b5ba437d5b333ec5e9437844f9"
)
POSTGRES: Final = (
    "MicrosoftDocs/azure-databases-docs articles/postgresql/security/security-tls.md @0200b8f"
)
MYSQL: Final = (
    "MicrosoftDocs/azure-databases-docs articles/mysql/flexible-server/"
    "security-tls-root-certificate-rotation.md @0df3561"
)
NUMBERS: Final = ("03", "04", "07", "08")
OCSP: Final = ("02", "04", "06", "08", "10", "12", "14", "16")
BRIDGE: Final = "microsoft-tls-rsa-root-g2-xsign"
CURRENT: Final = tuple(f"microsoft-azure-rsa-tls-issuing-ca-{n}-xsign" for n in NUMBERS)
CURRENT_MS: Final = tuple(f"microsoft-azure-rsa-tls-issuing-ca-{n}-ms" for n in NUMBERS)
NEW: Final = tuple(f"microsoft-tls-g2-rsa-ca-ocsp-{n}" for n in OCSP)
CHINA: Final = ("digicert-basic-rsa-cn-ca-g2",)

CHAINS: Final = (
    {
        "name": "current",
        "title": "Azure RSA TLS Issuing CA 03/04/07/08 under DigiCert Global Root G2",
        "served": "today",
        "issuing": CURRENT,
        "root": "digicert-global-root-g2",
        "source": f"{POSTGRES} (the old chain)",
    },
    {
        "name": "current-ms",
        "title": "Azure RSA TLS Issuing CA 03/04/07/08 under Microsoft RSA Root CA 2017",
        "served": "both",
        "issuing": CURRENT_MS,
        "root": "microsoft-rsa-root-ca-2017",
        "source": PAGE,
    },
    {
        "name": "new",
        "title": "Microsoft TLS G2 RSA CA OCSP 02 to 16 under DigiCert Global Root G2",
        "served": "after",
        "issuing": NEW,
        "bridge": BRIDGE,
        "bridge_self_signed": "microsoft-tls-rsa-root-g2",
        "root": "digicert-global-root-g2",
        "source": f"{POSTGRES} (the new chain)",
    },
    {
        "name": "china",
        "title": "DigiCert Basic RSA CN CA G2 under DigiCert Global Root CA",
        "served": "both",
        "issuing": CHINA,
        "root": "digicert-global-root-ca",
        "source": PAGE,
    },
)

G2: Final = "every client: the old chain and the new one both end at this root"
RSA_2017: Final = (
    "clients of servers whose certificate Microsoft RSA Root CA 2017 signs; "
    "Microsoft's minimum list names it"
)
ECC: Final = "clients of Azure services that answer with an ECC certificate"
G5: Final = "clients of services that move to DigiCert's fifth generation of roots"
ROOT: Final = "digicert-global-root-ca"
PROFILES: Final[tuple[dict[str, Any], ...]] = (
    {
        "name": "azure-postgresql",
        "title": "Azure Database for PostgreSQL, public cloud and Azure Government",
        "source": POSTGRES,
        "date": "2025-12-19",
        "chains": ("current", "new"),
        "roots": (
            ("digicert-global-root-g2", "warning", G2),
            ("microsoft-rsa-root-ca-2017", "warning", RSA_2017),
            (ROOT, "note", "clients of servers in China or with a rotation extension"),
        ),
    },
    {
        "name": "azure-mysql",
        "title": "Azure Database for MySQL, public cloud",
        "source": MYSQL,
        "date": "2026-11-23",
        "chains": ("current", "new"),
        "roots": (
            ("digicert-global-root-g2", "warning", G2),
            ("microsoft-rsa-root-ca-2017", "warning", RSA_2017),
            (ROOT, "warning", "clients of servers whose root has not been changed yet"),
        ),
    },
    {
        "name": "azure",
        "title": "Any Azure service, public cloud and Azure Government",
        "source": PAGE,
        "date": "2025-11-17",
        "chains": ("current", "current-ms", "new"),
        "roots": (
            ("digicert-global-root-g2", "warning", G2),
            ("microsoft-rsa-root-ca-2017", "warning", RSA_2017),
            (ROOT, "note", "clients of services that still use DigiCert's first root, and China"),
            ("digicert-global-root-g3", "note", ECC),
            ("microsoft-ecc-root-ca-2017", "note", ECC),
            ("digicert-tls-rsa4096-root-g5", "note", G5),
            ("digicert-tls-ecc-p384-root-g5", "note", G5),
        ),
    },
    {
        "name": "azure-china",
        "title": "Azure operated by 21Vianet (China)",
        "source": POSTGRES,
        "date": "2025-12-19",
        "chains": ("china", "current-ms", "new"),
        "roots": (
            (ROOT, "warning", "every client until the announced change of one of the roots"),
            ("microsoft-rsa-root-ca-2017", "warning", "every client, before and after the change"),
            ("digicert-global-root-g2", "warning", "every client after the announced change"),
        ),
    },
)

RETIRED: Final = {
    "baltimore-cybertrust-root": "expired on 2025-05-12; Azure left it between 2020 and 2024",
    "d-trust-root-class-3-ca-2-2009": "not on Azure's list of authorities; only old pins have it",
    "entrust-root-ca-g2": "Microsoft removed Entrust from Azure's list on 2025-09-05",
}

LEAVING: Final = {
    "digicert-global-root-ca": "still needed in China and by servers whose rotation was extended",
}

HEADER: Final = """\
# The certificates of Azure's TLS chains. Written by scripts/make_catalogue.py: change that.
# The form is described in docs/catalogue.md.
"""


def main() -> None:
    """Generate both; print how much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--into", type=Path, default=TARGET)
    options = parser.parse_args()
    data = json.loads((options.folder / "catalog.json").read_text("utf-8"))
    target = options.into / "certificates"
    target.mkdir(parents=True, exist_ok=True)
    for stale in target.glob("*.pem"):
        stale.unlink()
    for one in data["certificates"]:
        if one["commitable"] == "yes":
            (der,) = certificate_blocks((options.folder / f"{one['slug']}.pem").read_bytes())
            (target / f"{one['slug']}.pem").write_text(
                block("CERTIFICATE", der), "ascii", newline="\n"
            )
    text = toml(data)
    (options.into / "azure.toml").write_text(text, "utf-8", newline="\n")
    (options.into / "azure.json").write_text(json_text(text), "utf-8", newline="\n")
    print(f"{len(data['certificates'])} certificates, {len(list(target.glob('*.pem')))} shipped")


def toml(data: dict[str, Any]) -> str:
    """The whole catalogue as TOML text."""
    ends = {one["slug"]: moment(one["not_after"]) for one in data["certificates"]}
    head = {
        "name": "azure",
        "title": "Azure TLS certificate authorities and the ICA rotation of 2025 and 2026",
        "date_seen": Raw(data["generated"]),
        "sources": (PAGE, POSTGRES, MYSQL, "CCADB AllCertificateRecords of 2026-08-03"),
        "default_profile": "azure-postgresql",
    }
    parts = [HEADER, table("[catalogue]", head)]
    for chain in CHAINS:
        members = [*chain["issuing"], chain.get("bridge", chain["root"]), chain["root"]]
        end = min(ends[str(slug)] for slug in members)
        parts.append(table("[[chain]]", {**chain, "not_after": end}))
    for profile in PROFILES:
        values = {key: value for key, value in profile.items() if key != "roots"}
        parts.append(table("[[profile]]", {**values, "date": Raw(str(values["date"]))}))
        for slug, otherwise, who in profile["roots"]:
            root = {"slug": slug, "otherwise": otherwise, "who": who}
            parts.append(table("[[profile.roots]]", root))
    parts += [table("[[certificate]]", certificate(one)) for one in data["certificates"]]
    parts += [table("[[known]]", known(one)) for one in data["missing"]]
    return "\n".join(parts)


def certificate(one: dict[str, Any]) -> dict[str, Any]:
    """One [[certificate]] table."""
    shipped = one["commitable"] == "yes"
    urls = [url for url in one["download_urls"] if " " not in url]
    where = (one["doc"] or {}).get("where")
    attested = one["sha256_attested_by"] or [f"seen in {one['seen_in'][0]}"]
    return {
        "slug": one["slug"],
        "name": one["subject_cn"],
        "role": one["role"],
        "chain": words(one),
        "subject": one["subject"],
        "issuer": one["issuer"],
        "serial": one["serial"],
        "sha256": one["sha256"],
        "sha1": one["sha1"],
        "spki_sha256": one["spki_sha256"],
        "ski": one["ski"],
        "aki": one["aki"],
        "not_before": moment(one["not_before"]),
        "not_after": moment(one["not_after"]),
        "key": f"{one['key_type'].split()[0]} {one['key_bits']}",
        "signature_algorithm": one["signature_algorithm"],
        "ca": one["ca"],
        "path_length": one["path_length"],
        "issued_by": one["verified_issuers"],
        "source": where or attested[0],
        "url": urls[0] if urls else None,
        "shipped": shipped,
        "origin": one["seen_in"][0].removesuffix(" (installed)") if shipped else None,
        "retired": RETIRED.get(one["slug"]),
        "leaving": LEAVING.get(one["slug"]),
    }


def words(one: dict[str, Any]) -> list[str]:
    """The chains a certificate belongs to, by the names of the [[chain]] tables if it has one."""
    if named := [
        str(chain["name"])
        for chain in CHAINS
        if one["slug"]
        in {*chain["issuing"], chain["root"], chain.get("bridge"), chain.get("bridge_self_signed")}
    ]:
        return named
    return list(re.sub(r" \(.*", "", one["chain"]).split("+"))


def known(one: dict[str, Any]) -> dict[str, Any]:
    """One [[known]] table."""
    return {
        "name": one["name"],
        "sha1": one["sha1"],
        "serial": one["serial"].lstrip("0"),
        "url": one["url"],
        "sha256_probable": one.get("sha256_probable"),
        "source": f"{PAGE} ({one['section']})",
    }


class Raw(str):
    """TOML text that is not quoted: a date."""

    __slots__ = ()


def moment(text: str) -> Raw:
    """An offset date-time as TOML spells it."""
    return Raw(datetime.fromisoformat(text).isoformat().replace("+00:00", "Z"))


def table(header: str, values: dict[str, Any]) -> str:
    """A table with its values; None is left out."""
    lines = [f"{key} = {spell(value)}" for key, value in values.items() if value is not None]
    return "\n".join((header, *lines, ""))


def spell(value: object) -> str:
    """A value as TOML."""
    match value:
        case Raw():
            return str(value)
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return json.dumps(value)
        case list() | tuple():
            inline = f"[{', '.join(map(spell, value))}]"
            if len(inline) <= 80:
                return inline
            return "[\n" + "".join(f"  {spell(one)},\n" for one in value) + "]"
    raise TypeError(value)


if __name__ == "__main__":
    main()
