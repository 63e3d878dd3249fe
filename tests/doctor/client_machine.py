"""A client's file system with the stores that a case needs, for `unpin doctor --root`."""

from functools import cache
from pathlib import Path

import unpin
from tests.pki import Authority, pem
from unpin.api import convert
from unpin.stores.opening import open_bytes

CERTIFICATES = Path(unpin.__file__).parent / "catalogue" / "certificates"
HOME = "/home/app"
FOLDER = "/srv/app"
"""Where the configuration stands."""
PLACES = {
    "OS": "/etc/ssl/certs/ca-certificates.crt",
    "cacerts": "/usr/lib/jvm/java-17/lib/security/cacerts",
}
THREE = ("digicert-global-root-g2", "microsoft-rsa-root-ca-2017", "digicert-global-root-ca")
SLUGS = {
    "roots3": THREE,
    "public": THREE,
    "old": ("baltimore-cybertrust-root",),
    "g2": THREE[:1],
    "dgca": THREE[2:],
}
JAVA = (".jks", ".p12", ".ks", "cacerts", "truststore")


@cache
def bundle(name):
    """The PEM of a store by its name in cases.toml."""
    if name == "company":
        return pem(Authority("O=Company,CN=Company Root").certificate)
    if name == "server":
        issuer = Authority("Company Issuing CA")
        return pem(Authority("db1.example.org", issuer, ca=False).certificate)
    slugs = [slug for each in name.split("+") for slug in SLUGS[each]]
    return b"".join((CERTIFICATES / f"{slug}.pem").read_bytes() for slug in slugs)


@cache
def contents(name, path):
    """The bytes of a store, in the format that goes with its path."""
    if name == "html":
        return (
            b"<!DOCTYPE html>\n<html><body><pre>\n" + bundle("roots3") + b"</pre></body></html>\n"
        )
    if "\n" in name:
        return name.encode()
    name = name.partition(".")[0]
    if path.endswith(JAVA):
        kind = "pkcs12" if path.endswith(".p12") else "jks"
        return convert(open_bytes(bundle(name), source=name), to=kind).data
    return bundle(name)


class ClientMachine:
    """The file system of a client below `root`."""

    def __init__(self, root, given):
        self.root = root
        self.options = ["--root", str(root), "--home", HOME]
        self.inputs = []
        (root / FOLDER.lstrip("/")).mkdir(parents=True)
        for place, name in given.items():
            self._put(place, name)

    def _put(self, place, name):
        if place == "default":
            path = self.root / "default.pem"
            path.write_bytes(bundle(name))
            self.options += ["--default-store", str(path)]
            return
        if place.startswith("Secret "):
            self._secret(*place.removeprefix("Secret ").split("/"), bundle(name))
            return
        place = PLACES.get(place, place.replace("~", HOME))
        if not place.startswith("/"):
            place = f"{FOLDER}/{place}"
        path = self.root / place.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents(name, place))

    def _secret(self, name, key, data):
        import base64

        path = self.root / "secret.yaml"
        path.write_text(
            "apiVersion: v1\nkind: Secret\nmetadata:\n"
            f"  name: {name}\ndata:\n  {key}: {base64.b64encode(data).decode()}\n"
        )
        self.inputs.append(str(path))

    def write(self, name, text):
        """Put the configuration in its folder; return its path."""
        path = self.root / FOLDER.lstrip("/") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)
