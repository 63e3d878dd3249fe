"""Download the certificates that a catalogue knows by fingerprint, and accept no others."""

import os
import tempfile
import time
import urllib.request
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, suppress
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Final, Protocol
from urllib.error import HTTPError
from urllib.parse import urlsplit, urlunsplit

from unpin.asn1.textual_encoding import block, certificate_blocks
from unpin.catalogue.model import Catalogue, CatalogueCertificate
from unpin.model.certificate import Certificate
from unpin.model.errors import DownloadError
from unpin.model.values import frozen

MAX_DOWNLOAD_BYTES: Final = 64 * 1024
"""The largest response that is read; the largest of Azure's certificates has 2 KB."""

TIMEOUT_SECONDS: Final = 20.0
"""The longest pause of a server; a whole download may take twice as long."""

TOTAL_SECONDS: Final = 300.0
"""The longest that all downloads of a call may take together."""


class Body(Protocol):
    """The body of a response, as an opener returns it."""

    def read(self, amount: int, /) -> bytes:
        """At most `amount` bytes; b"" at the end."""


Opener = Callable[[str, float], AbstractContextManager[Body]]
"""Opens (address, timeout in seconds). Raises OSError, ValueError or HTTPException."""


@frozen
class Download:
    """The result for one certificate: it was written to `path`, or `error` says why not.

    `url` is the address of the request, None if the catalogue has no address.
    """

    slug: str
    url: str | None
    path: Path | None = None
    error: DownloadError | None = None


def open_url(url: str, timeout: float) -> AbstractContextManager[Body]:
    """Open an http or https address with urllib and the proxies of the environment.

    A redirect may lead to https alone.
    """
    request = urllib.request.Request(url, headers={"User-Agent": "unpin"})  # noqa: S310 - checked
    opener = urllib.request.build_opener(_HttpsAfterRedirects)
    opened: AbstractContextManager[Body] = opener.open(request, timeout=timeout)
    return opened


class _HttpsAfterRedirects(urllib.request.HTTPRedirectHandler):
    """Refuses a redirect to http, to a file or to any other scheme."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """The request for `newurl`. Raises ValueError where it is not https."""
        if urlsplit(newurl).scheme != "https":
            fp.close()
            raise ValueError(f"a redirect to {newurl}, which is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(
    catalogue: Catalogue,
    into: Path,
    *,
    only: Collection[str] | None = None,
    opener: Opener = open_url,
    base_override: str | None = None,
) -> tuple[Download, ...]:
    """Download the certificates that are missing in `catalogue` to <slug>.pem in the folder `into`.

    `only` limits them to these slugs. `base_override` is the address of a mirror that has the same
    paths. A failed download does not stop the others. Raises DownloadError if `into` cannot be
    written. All downloads together may take TOTAL_SECONDS; the rest are errors.
    """
    end = time.monotonic() + TOTAL_SECONDS
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DownloadError(f"{into}: {_reason(error)}") from error
    results = []
    for record in catalogue.certificates:
        if record.certificate is not None or (only is not None and record.slug not in only):
            continue
        url = _address(record.url, base_override)
        try:
            certificate = fetch_certificate(record, url, opener, end=end)
        except DownloadError as error:
            results.append(Download(record.slug, url, error=error))
            continue
        path = into / f"{record.slug}.pem"
        try:
            _write(path, block("CERTIFICATE", certificate.der).encode("ascii"))
        except OSError as error:
            raise DownloadError(f"{path}: {_reason(error)}") from error
        results.append(Download(record.slug, url, path))
    return tuple(results)


def fetch_certificate(
    record: CatalogueCertificate,
    url: str | None,
    opener: Opener = open_url,
    *,
    end: float = float("inf"),
) -> Certificate:
    """Download the certificate of `record` from `url`, as DER or PEM.

    `end` is the moment of time.monotonic() at which it gives up.

    Raises DownloadError if the server does not answer, sends more than MAX_DOWNLOAD_BYTES, or
    sends no certificate with the right SHA-256.
    """
    if url is None:
        raise DownloadError(f"{record.slug}: no address is known")
    if urlsplit(url).scheme not in {"http", "https"}:
        raise DownloadError(f"{record.slug}: {url} is not an http or https address")
    end = min(end, time.monotonic() + 2 * TIMEOUT_SECONDS)
    try:
        data = _in_time(lambda: _read(opener, url, end), end)
    except (OSError, ValueError, HTTPException) as error:
        if isinstance(error, HTTPError):
            error.close()
        raise DownloadError(f"{record.slug}: {url}: {_reason(error)}") from error
    if len(data) > MAX_DOWNLOAD_BYTES:
        raise DownloadError(f"{record.slug}: {url}: more than {MAX_DOWNLOAD_BYTES // 1024} KiB")
    candidates = [Certificate(der) for der in (data, *certificate_blocks(data))]
    for candidate in candidates:
        if candidate.sha256 == record.sha256:
            return candidate
    raise DownloadError(
        f"{record.slug}: {url}: the SHA-256 is {candidates[-1].sha256}, not {record.sha256}",
        hint="nothing was written; a proxy or a renewed certificate may have answered",
    )


def _read(opener: Opener, url: str, end: float) -> bytes:
    """MAX_DOWNLOAD_BYTES + 1 bytes of the body at most. Raises as `opener` does, and OSError."""
    data = b""
    with opener(url, _left(end)) as body:
        read = getattr(body, "read1", body.read)  # what is there, and not until all is there
        while len(data) <= MAX_DOWNLOAD_BYTES and (
            part := read(MAX_DOWNLOAD_BYTES + 1 - len(data))
        ):
            data += part
            _left(end)
    return data


def _in_time(work: Callable[[], bytes], end: float) -> bytes:
    """What `work` gives, or its exception. Raises TimeoutError after `end`.

    NOTE: the timeout of a socket begins anew with each byte, so that a server which sends its
    headers byte by byte is never late; and the look-up of a name has none. The thread is left to
    itself then, and ends with the process at the latest.
    """
    done: SimpleQueue[bytes | Exception] = SimpleQueue()

    def run() -> None:
        try:
            done.put(work())
        except Exception as error:  # noqa: BLE001  (raised again by the caller)
            done.put(error)

    left = end - time.monotonic()
    if left > 0:
        Thread(target=run, daemon=True).start()
    try:
        found = done.get(timeout=max(0.0, left))
    except Empty:
        raise TimeoutError("took too long") from None
    if isinstance(found, Exception):
        raise found
    return found


def _left(end: float) -> float:
    """The seconds that a single read may take. Raises TimeoutError after `end`."""
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError("took too long")
    return min(left, TIMEOUT_SECONDS)


def _address(url: str | None, base: str | None) -> str | None:
    if url is None or base is None:
        return url
    parts = urlsplit(url)
    return base.rstrip("/") + urlunsplit(("", "", parts.path, parts.query, ""))


def _reason(error: Exception) -> str:
    if isinstance(error, HTTPError):
        return f"the server answers {error.code} {error.reason}".lower()
    cause = getattr(error, "reason", None) or error
    return str(getattr(cause, "strerror", None) or cause).lower()


def _write(path: Path, data: bytes) -> None:
    """Write a temporary file and rename it: a reader sees the old file or the new, never a part."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".unpin-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
