"""The host names of Azure's services: their profile, and whether they refuse plaintext."""

from typing import Final

_PROFILES: Final = (
    ((".postgres.database.azure.com", ".postgres.database.usgovcloudapi.net"), "azure-postgresql"),
    ((".mysql.database.azure.com", ".mariadb.database.azure.com",
      ".mysql.database.usgovcloudapi.net"), "azure-mysql"),
    ((".chinacloudapi.cn", ".chinacloudapp.cn", ".azure.cn"), "azure-china"),
    ((".azure.com", ".windows.net", ".usgovcloudapi.net", ".azurewebsites.net", ".azure.net"),
     "azure"),
)  # fmt: skip
"""Suffixes of host names, the first that fits decides; Microsoft's documentation names them."""


def profile_of_host(host: str | None) -> str | None:
    """The profile of the service behind a host name; None for other hosts."""
    name = (host or "").lower().rstrip(".")
    for suffixes, profile in _PROFILES:
        if name.endswith(suffixes):
            return profile
    return None


def refuses_plaintext(host: str | None) -> bool:
    """Whether the service takes no connection without TLS, by default."""
    return profile_of_host(host) is not None
