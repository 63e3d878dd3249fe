"""Recognise text files that are no stores."""

import json
import re
from typing import Final

from unpin.stores.foreign.kinds import ForeignFile, ForeignKind

_HEAD: Final = 4096
_JSON_LIMIT: Final = 1_000_000
_TEXT_LIMIT: Final = 200_000
"""How much of a text is looked through for words that may stand anywhere."""
_HTML: Final = re.compile(
    rb"\s*(?:<!--.{0,400}?-->\s*)?<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL
)
_HTML_WITHIN: Final = re.compile(
    rb"\s*<(?:(?:head|body)[\s>]|.{0,1000}?<html[\s>])", re.IGNORECASE | re.DOTALL
)
_STARTS: Final = (
    (b"version https://git-lfs.github.com/spec/", ForeignKind.GIT_LFS),
    (b"/annex/objects/", ForeignKind.GIT_ANNEX),
    (b"$ANSIBLE_VAULT;", ForeignKind.ANSIBLE_VAULT),
    (b"age-encryption.org/", ForeignKind.AGE),
    (b"library=", ForeignKind.NSS_MODULES),
    (b"PuTTY-User-Key-File-", ForeignKind.PUTTY_KEY),
    (b"---- BEGIN SSH2 PUBLIC KEY ----", ForeignKind.SSH_PUBLIC_KEY),
    (b"Certificate:\n    Data:", ForeignKind.PRINTED_CERTIFICATE),
    (b"Certificate:\r\n    Data:", ForeignKind.PRINTED_CERTIFICATE),
    (b"Keystore type: ", ForeignKind.KEYTOOL_LISTING),
)
_SSH: Final = re.compile(
    rb"(?:[^\s#]+ )?(?:ssh-[a-z0-9]+|ecdsa-sha2-nistp\d+|sk-[a-z0-9-]+@openssh\.com) AAAA"
)
_BASE64: Final = b"MII"
_HEXADECIMAL: Final = re.compile(rb"(?:\\x)?30\s*8[0-9a-fA-F][0-9a-fA-F\s:]+\Z")
_FEWEST_HEXADECIMAL: Final = 64
_CERTDATA: Final = (b"BEGINDATA", b"CKA_CLASS CK_OBJECT_CLASS CKO_")
_MANIFEST: Final = re.compile(rb"(?m)^apiVersion:[ \t]*\S")
_MANIFEST_KIND: Final = re.compile(rb"(?m)^kind:[ \t]*[\"']?([A-Za-z]+)")
_MANIFESTS: Final = {
    "Secret": ForeignKind.KUBERNETES_SECRET,
    "ConfigMap": ForeignKind.KUBERNETES_CONFIG_MAP,
}
_SAML: Final = (b"X509Certificate>", b"urn:oasis:names:tc:SAML:2.0:metadata")
_WORD: Final = re.compile(rb"[!-~]{1,128}\r?\n?\Z")
_PATH: Final = re.compile(rb"(?:\.{0,2}/)?[\w.+@ -]+(?:/[\w.+@ -]+)+\Z")


def is_html(data: bytes) -> bool:
    """Whether the text is an HTML page, whatever is in it."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    return bool(_HTML.match(head) or _HTML_WITHIN.match(head))


def text_kind(data: bytes) -> ForeignFile | None:
    """What the text is; None if it is no text."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ForeignFile(ForeignKind.UTF_16)
    if not _is_text(head, cut=len(data) > _HEAD):
        return None
    text = head.lstrip()
    if not text:
        return ForeignFile(ForeignKind.BLANKS)
    if is_html(data):
        return ForeignFile(ForeignKind.HTML)
    if text[:1] in {b"{", b"["}:
        found = _json_kind(data)
        if found is not None:
            return found
    return ForeignFile(_kind(data[:_TEXT_LIMIT].removeprefix(b"\xef\xbb\xbf"), text))


def _kind(data: bytes, text: bytes) -> ForeignKind:
    """The kind of a text by how it begins (`text`: without blanks), and by what is in it."""
    for start, kind in _STARTS:
        if text.startswith(start):
            return kind
    if _SSH.match(text):
        return ForeignKind.SSH_PUBLIC_KEY
    if text.startswith(b"<"):
        saml = all(word in data for word in _SAML)
        return ForeignKind.SAML_METADATA if saml else ForeignKind.XML
    if all(word in data for word in _CERTDATA):
        return ForeignKind.CERTDATA
    if _MANIFEST.search(data):
        kinds = [match[1].decode("ascii") for match in _MANIFEST_KIND.finditer(data)]
        named = (_MANIFESTS[kind] for kind in kinds if kind in _MANIFESTS)
        return next(named, ForeignKind.KUBERNETES)
    if text.startswith(_BASE64):
        return ForeignKind.BASE64
    if len(data) >= _FEWEST_HEXADECIMAL and _HEXADECIMAL.match(data):
        return ForeignKind.HEXADECIMAL
    if _PATH.match(data):
        return ForeignKind.GIT_SYMLINK
    return ForeignKind.PASSWORD if _WORD.match(data) else ForeignKind.TEXT


def _is_text(head: bytes, *, cut: bool) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # NOTE: the cut at _HEAD may split a character, which begins in the last 3 bytes then.
        if not cut or error.start < len(head) - 3:
            return False
    return all(octet >= 0x20 or octet in b"\t\n\r\f\x1b" for octet in head)


def _json_kind(data: bytes) -> ForeignFile | None:
    """What a JSON document is about; None if it is no JSON."""
    if len(data) > _JSON_LIMIT:
        return ForeignFile(ForeignKind.JSON)
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return ForeignFile(_document_kind(document))


def _document_kind(document: object) -> ForeignKind:
    if not isinstance(document, dict):
        return ForeignKind.JSON
    keys = document.get("keys")
    if isinstance(keys, list) and any(isinstance(key, dict) and "kty" in key for key in keys):
        return ForeignKind.JWKS
    if "apiVersion" in document and "kind" in document:
        return _MANIFESTS.get(str(document["kind"]), ForeignKind.KUBERNETES)
    certificate = document.get("Certificate")
    if isinstance(certificate, dict) and "CertificateArn" in certificate:
        return ForeignKind.AWS_ACM
    if "CertificateArn" in document or "CertificateSummaryList" in document:
        return ForeignKind.AWS_ACM
    if "cer" in document and ("kid" in document or "sid" in document):
        return ForeignKind.AZURE_KEY_VAULT
    return ForeignKind.JSON
