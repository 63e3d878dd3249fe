"""The platforms' own verifiers, which unpin does not model."""

from typing import Final

from unpin.pki.clients.rules import ClientRules

SCHANNEL: Final = ClientRules(
    ident="schannel",
    title="Windows",
    who="SChannel and .NET on Windows",
    source="not measured",
    model=None,
)

SECURE_TRANSPORT: Final = ClientRules(
    ident="secure-transport",
    title="macOS",
    who="the platform verifier of macOS, which Go and .NET use with the system's roots",
    source="not measured",
    model=None,
)
