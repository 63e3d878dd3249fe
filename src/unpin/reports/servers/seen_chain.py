"""A chain that was read from a file: the certificates in it, and the output of s_client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpin.model.values import frozen
from unpin.rehearsal.seen_chain import ChainForm, SeenChain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unpin.rehearsal.seen_chain import ObservedConnection
    from unpin.reports.reporter import Row


@frozen
class SeenChainReport:
    """The chain of `--chain-file`, and the connection if the file is output of s_client."""

    chain: SeenChain
    connection: ObservedConnection | None

    def lines(self) -> Iterator[str]:
        """What a reader has to know about the file before the verdicts."""
        source, first = self.chain.handshake.chain, self.chain.handshake.certificates
        match self.chain.form:
            case ChainForm.AS_SENT:
                pass
            case ChainForm.SERVER_ONLY:
                yield (
                    f"{source} holds only the server certificate {first[0].label}, without its "
                    f"issuer {self.chain.missing} (openssl s_client -showcerts prints the chain)"
                )
            case ChainForm.REVERSED:
                yield (
                    f"{source} holds the chain in reverse order; unpin rehearses it with the "
                    f"server certificate {first[0].label} first, as servers send it"
                )
            case ChainForm.OUT_OF_ORDER:
                yield (
                    f"{source} holds the chain out of order; unpin rehearses it with the server "
                    f"certificate {first[0].label} and its issuers first, as servers send them"
                )
            case ChainForm.ABOVE_SERVER:
                yield (
                    f"{source} starts with the CA {first[1].label}, above the server; unpin "
                    "rehearses a made-up server certificate under it"
                )
            case ChainForm.ROOT_ONLY:
                yield (
                    f"{source} holds only a root, and no server certificate; unpin rehearses a "
                    "made-up server certificate under it"
                )
        if self.connection is not None:
            yield from self._observed(self.connection)

    def json_fields(self) -> Row:
        """The chain and the connection as fields."""
        found = self.connection
        row: Row = {
            "source": self.chain.handshake.chain,
            "form": str(self.chain.form),
            "missing_issuer": self.chain.missing,
        }
        if found is not None:
            row["s_client"] = {
                "protocol": found.protocol,
                "cipher": found.cipher,
                "verify_code": found.verify_code,
                "verify_text": found.verify_text,
                "subject": found.subject,
            }
        return row

    def _observed(self, found: ObservedConnection) -> Iterator[str]:
        said = [text for text in (found.protocol, found.cipher) if text is not None]
        if found.verify_code is not None:
            said.append(f"verify return code {found.verify_code} ({found.verify_text})")
        if found.subject is not None:
            said.append(f"server {found.subject}")
        if said:
            yield f"openssl s_client saw: {', '.join(said)}"
        held = len(self.chain.handshake.certificates)
        if found.sent is not None and found.sent > held:
            yield (
                f"the server sent {found.sent} certificates, and the output holds {held}: "
                "run openssl s_client with -showcerts"
            )
