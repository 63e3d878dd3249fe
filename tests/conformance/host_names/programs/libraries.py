"""Compare names with a C library: libraries.py openssl|gnutls|nss < "hex base64" lines, + or - out."""

import base64
import ctypes
import sys


def _openssl():
    """SSL_set1_host and the check of X509_verify_cert: an address is an address."""
    library = ctypes.CDLL("libcrypto.so.3")
    library.d2i_X509.restype = library.a2i_IPADDRESS.restype = ctypes.c_void_p
    library.a2i_IPADDRESS.argtypes = (ctypes.c_char_p,)
    library.X509_check_ip_asc.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint)
    library.X509_check_host.argtypes = (
        ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_void_p,
    )  # fmt: skip
    library.X509_free.argtypes = (ctypes.c_void_p,)

    def compare(host, der):
        at = ctypes.c_char_p(der)
        certificate = library.d2i_X509(None, ctypes.byref(at), ctypes.c_long(len(der)))
        if not certificate or not host:
            return False
        try:
            if library.a2i_IPADDRESS(host):
                return library.X509_check_ip_asc(certificate, host, 0) == 1
            return library.X509_check_host(certificate, host, len(host), 0, None) == 1
        finally:
            library.X509_free(certificate)

    return compare


class _Datum(ctypes.Structure):
    _fields_ = (("data", ctypes.c_char_p), ("size", ctypes.c_uint))


def _gnutls():
    """The comparison of gnutls_certificate_verify_peers3."""
    library = ctypes.CDLL("libgnutls.so.30")
    library.gnutls_global_init()

    def compare(host, der):
        certificate = ctypes.c_void_p()
        library.gnutls_x509_crt_init(ctypes.byref(certificate))
        datum = _Datum(der, len(der))
        try:
            if library.gnutls_x509_crt_import(certificate, ctypes.byref(datum), 0):
                return False
            return library.gnutls_x509_crt_check_hostname2(certificate, host, 0) != 0
        finally:
            library.gnutls_x509_crt_deinit(certificate)

    return compare


def _nss():
    """The comparison of SSL_AuthCertificate: CERT_VerifyCertName."""
    library = ctypes.CDLL("libnss3.so")
    library.NSS_NoDB_Init(b"/nonexistent")
    package = ctypes.CDLL("libsmime3.so")
    package.CERT_DecodeCertFromPackage.restype = ctypes.c_void_p
    library.CERT_VerifyCertName.argtypes = (ctypes.c_void_p, ctypes.c_char_p)
    library.CERT_DestroyCertificate.argtypes = (ctypes.c_void_p,)

    def compare(host, der):
        certificate = package.CERT_DecodeCertFromPackage(der, len(der))
        if not certificate:
            return False
        try:
            return library.CERT_VerifyCertName(certificate, host) == 0
        finally:
            library.CERT_DestroyCertificate(certificate)

    return compare


compare = {"openssl": _openssl, "gnutls": _gnutls, "nss": _nss}[sys.argv[1]]()
for line in sys.stdin.read().splitlines():
    host, certificate = line.split()
    print("+" if compare(bytes.fromhex(host[1:]), base64.b64decode(certificate)) else "-")
