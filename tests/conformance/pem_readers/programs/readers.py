"""Say of each file on standard input what a library loads: `readers.py openssl|gnutls|rustls`.

rustls gets the ports of the servers as a second argument, {"A": port, ...}.
"""

import ctypes
import json
import ssl
import sys
from pathlib import Path


def openssl(path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(path)
    except ssl.SSLError:
        return None
    return [one["subject"][0][0][1] for one in context.get_ca_certs()]


def gnutls():
    library = ctypes.CDLL("libgnutls.so.30")
    pointer = ctypes.c_void_p

    def read(path):
        credentials = pointer()
        library.gnutls_certificate_allocate_credentials(ctypes.byref(credentials))
        count = library.gnutls_certificate_set_x509_trust_file(credentials, path.encode(), 1)
        if count <= 0:
            library.gnutls_certificate_free_credentials(credentials)
            return None
        held = pointer()
        library.gnutls_certificate_get_trust_list(credentials, ctypes.byref(held))
        place, names = pointer(), []
        while True:
            one = pointer()
            if library.gnutls_x509_trust_list_iter_get_ca(
                held, ctypes.byref(place), ctypes.byref(one)
            ):
                break
            text, size = ctypes.create_string_buffer(256), ctypes.c_size_t(256)
            library.gnutls_x509_crt_get_dn(one, text, ctypes.byref(size))
            names.append(text.value.decode().removeprefix("CN="))
            library.gnutls_x509_crt_deinit(one)
        library.gnutls_certificate_free_credentials(credentials)
        return names

    return read


def rustls(ports):
    from pyreqwest.client import SyncClientBuilder

    def read(path):
        try:
            builder = SyncClientBuilder().add_root_certificate_pem(Path(path).read_bytes())
            client = builder.build()
        except Exception:  # noqa: BLE001 (whatever it is, the file is refused)
            return None
        names = []
        with client:
            for name, port in ports.items():
                try:
                    client.get(f"https://localhost:{port}/").build().send()
                except Exception:  # noqa: BLE001 (the root of this server is not loaded)
                    continue
                names.append(name)
        return names

    return read


def main():
    program, *more = sys.argv[1:]
    if program == "openssl":
        read = openssl
    else:
        read = gnutls() if program == "gnutls" else rustls(json.loads(more[0]))
    for line in sys.stdin:
        names = read(line.rstrip("\n"))
        print("refused" if names is None else "".join(sorted(set(names))), flush=True)


if __name__ == "__main__":
    main()
