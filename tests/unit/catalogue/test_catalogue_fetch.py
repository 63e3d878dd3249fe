"""Downloads: the right bytes are kept and found again, wrong ones never touch the disk."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Self

import pytest

from unpin.asn1.textual_encoding import block
from unpin.catalogue.fetch import MAX_DOWNLOAD_BYTES, fetch, fetch_certificate
from unpin.catalogue.load import data_dir, load_builtin, with_downloads
from unpin.catalogue.model import Catalogue
from unpin.model.errors import DownloadError

SLUG = "digicert-global-root-g2"
ANSWERS: dict[str, bytes] = {}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = ANSWERS.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    ANSWERS.clear()
    with HTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def der(tmp_path: Path) -> bytes:
    held = load_builtin(tmp_path / "nothing").by_slug[SLUG].certificate
    assert held is not None
    return held.der


@pytest.fixture
def factual(tmp_path: Path) -> Catalogue:
    """The built-in catalogue without the bytes of SLUG."""
    from dataclasses import replace

    whole = load_builtin(tmp_path / "nothing")
    return replace(
        whole,
        certificates=tuple(
            replace(one, certificate=None) if one.slug == SLUG else one
            for one in whole.certificates
        ),
    )


@pytest.mark.parametrize("as_pem", [False, True])
def test_the_right_bytes_are_written_and_found_again(
    mirror: str, factual: Catalogue, der: bytes, tmp_path: Path, as_pem: bool
) -> None:
    ANSWERS["/DigiCertGlobalRootG2.crt"] = block("CERTIFICATE", der).encode() if as_pem else der
    into = tmp_path / "a" / "b"
    (result,) = fetch(factual, into, only=[SLUG], base_override=mirror)
    assert (result.slug, result.path, result.error) == (SLUG, into / f"{SLUG}.pem", None)
    assert [path.name for path in into.iterdir()] == [f"{SLUG}.pem"]
    again = with_downloads(factual, into).by_slug[SLUG].certificate
    assert again is not None
    assert again.der == der


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"<html>log in first</html>", "the SHA-256 is"),
        (b"", "the SHA-256 is"),
        (b"0" * (MAX_DOWNLOAD_BYTES + 1), "more than 64 KiB"),
        (None, "not found"),
    ],
)
def test_wrong_bytes_never_touch_the_disk(
    mirror: str, factual: Catalogue, tmp_path: Path, answer: bytes | None, message: str
) -> None:
    if answer is not None:
        ANSWERS["/DigiCertGlobalRootG2.crt"] = answer
    into = tmp_path / "into"
    (result,) = fetch(factual, into, only=[SLUG], base_override=mirror)
    assert result.path is None
    assert isinstance(result.error, DownloadError)
    assert message in result.error.message
    assert list(into.iterdir()) == []


def test_one_failure_does_not_stop_the_others(
    mirror: str, factual: Catalogue, der: bytes, tmp_path: Path
) -> None:
    ANSWERS["/DigiCertGlobalRootG2.crt"] = der
    results = fetch(factual, tmp_path / "into", base_override=mirror)
    assert len(results) == 45
    assert [one.slug for one in results if one.path] == [SLUG]


def test_a_file_address_is_refused(factual: Catalogue) -> None:
    with pytest.raises(DownloadError, match="is not an http or https address"):
        fetch_certificate(factual.by_slug[SLUG], "file:///etc/hostname")


def test_without_an_address_nothing_is_asked(factual: Catalogue) -> None:
    with pytest.raises(DownloadError, match="no address is known"):
        fetch_certificate(factual.by_slug[SLUG], None)


def test_a_folder_that_cannot_be_made_is_named(factual: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DownloadError, match="file"):
        fetch(factual, tmp_path / "file", only=[SLUG])


def test_a_download_that_hashes_wrong_is_passed_over(factual: Catalogue, tmp_path: Path) -> None:
    other = factual.by_slug["digicert-global-root-g3"].certificate
    assert other is not None
    (tmp_path / f"{SLUG}.pem").write_text(block("CERTIFICATE", other.der), "ascii")
    assert with_downloads(factual, tmp_path).by_slug[SLUG].certificate is None


def test_a_data_folder_that_is_another_users_is_passed_over(
    factual: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service, or a container, runs with the home of root and must not look into it."""
    stat = os.stat

    def refused(path: object, **options: object) -> os.stat_result:
        if str(path).startswith(str(tmp_path)):
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **options)

    monkeypatch.setattr(os, "stat", refused)
    assert with_downloads(factual, tmp_path) is factual


def test_the_data_folder_follows_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_dir() == tmp_path / "unpin" / "certificates"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data_dir() == tmp_path / ".local" / "share" / "unpin" / "certificates"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("APPDATA", str(tmp_path))
    assert data_dir() == tmp_path / "unpin" / "certificates"


class _Redirecting(_Handler):
    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.end_headers()


def test_a_redirect_leads_to_https_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    record = load_builtin().by_slug[SLUG]
    with HTTPServer(("127.0.0.1", 0), _Redirecting) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/x"
        with pytest.raises(DownloadError, match="which is not https"):
            fetch_certificate(record, address)
        thread.join()


class _Dripping:
    """A body that comes octet by octet, and never ends."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read(self, _amount: int, /) -> bytes:
        time.sleep(0.001)
        return b"x"


def test_a_download_has_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unpin.catalogue.fetch.TIMEOUT_SECONDS", 0.02)
    record = load_builtin().by_slug[SLUG]
    with pytest.raises(DownloadError, match="took too long"):
        fetch_certificate(record, "https://127.0.0.1/x", lambda _url, _timeout: _Dripping())


def test_headers_that_come_octet_by_octet_have_the_same_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each octet begins the timeout of the socket anew."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr("unpin.catalogue.fetch.TIMEOUT_SECONDS", 0.2)
    ended = threading.Event()

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not ended.wait(0.01):
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        with pytest.raises(DownloadError, match="took too long"):
            fetch_certificate(load_builtin().by_slug[SLUG], address)
        ended.set()
        thread.join()


def test_all_downloads_have_one_deadline(
    factual: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unpin.catalogue.fetch.TOTAL_SECONDS", 0.0)
    results = fetch(factual, tmp_path, opener=lambda _url, _timeout: _Dripping())
    assert results
    assert all("took too long" in str(result.error) or not result.url for result in results)
