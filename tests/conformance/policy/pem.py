"""Certificates as PEM text."""

import base64


def bundle(ders):
    return "".join(
        f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(der).decode()}-----END CERTIFICATE-----\n"
        for der in ders
    )
