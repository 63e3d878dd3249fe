"""A cryptography bill of materials (CycloneDX): stores and certificates as cryptographic assets."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from unpin.reports.formats.json import versions
from unpin.reports.names import certificate_label, entry_role, format_title
from unpin.reports.pipeline.contents import contents_of
from unpin.reports.pipeline.paths import in_repository
from unpin.reports.pipeline.result import of_errors
from unpin.reports.store_fields import iso

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unpin.judge.audited_entry import AuditedEntry
    from unpin.reports.pipeline.result import FilePlace, PipelineFinding, PipelineResult
    from unpin.reports.reporter import Reporter, Run

Component = dict[str, Any]  # the JSON edge: values of several types

WITH_STATES: Final = "1.7"
"""The version from which a certificate has a serial number, a state, and related assets."""


class BillOfMaterials:
    """The document of a run, in a version of CycloneDX. A certificate is in it once."""

    def __init__(self, run: Run, version: str) -> None:
        self._run = run
        self._version = version
        at = (run.about or {}).get("at")
        self._now = None if at is None else datetime.fromisoformat(at)
        self._stores: list[Component] = []
        self._certificates: dict[str, Component] = {}
        self._algorithms: dict[str, Component] = {}
        self._holds: dict[str, list[str]] = {}

    def add(self, result: Reporter) -> None:
        """Add a store with its certificates."""
        found = contents_of(result)
        for said in result.pipeline_results():
            ref = self._store(said, "" if found is None else format_title(found.store))
            for entry in found.entries if found is not None else ():
                if (held := self._certificate(entry)) is not None:
                    self._holds[ref].append(held)

    def document(self) -> dict[str, Any]:
        """The fields of the document."""
        for error in of_errors(self._run.errors):
            self._unread(error)
        metadata: dict[str, Any] = {
            "tools": {
                "components": [
                    {"type": "application", "name": "unpin", "version": versions()["unpin"]}
                ]
            }
        }
        if self._now is not None:
            metadata = {"timestamp": iso(self._now), **metadata}
        components = [*self._stores, *self._certificates.values(), *self._algorithms.values()]
        return {
            "bomFormat": "CycloneDX",
            "specVersion": self._version,
            "version": 1,
            "metadata": metadata,
            "components": components,
            "dependencies": [
                {"ref": ref, "dependsOn": list(dict.fromkeys(held))}
                for ref, held in self._holds.items()
            ],
        }

    def _store(self, said: PipelineResult, form: str) -> str:
        ref = f"store:{len(self._stores)}"
        properties = [
            ("unpin:verdict", said.verdict),
            ("unpin:reason", said.reason),
            *([("unpin:format", form)] if form else []),
            *(_in_words(finding) for finding in said.findings),
        ]
        self._add_store(ref, said.source, said.place, properties)
        return ref

    def _unread(self, finding: PipelineFinding) -> None:
        for store in self._stores:
            if store["name"] == finding.source:  # a part of it was not read
                store["properties"].append(_property(*_in_words(finding)))
                return
        ref = f"store:{len(self._stores)}"
        said = [("unpin:verdict", "NOT READ"), _in_words(finding)]
        self._add_store(ref, finding.source or "unpin", finding.place, said)

    def _add_store(
        self, ref: str, name: str, place: FilePlace, properties: Sequence[tuple[str, str]]
    ) -> None:
        self._holds[ref] = []
        path = name if place.file is None else in_repository(place.file, self._run.folders)
        where: dict[str, Any] = {"location": path}
        if place.line is not None:
            where["line"] = place.line
        self._stores.append(
            {
                "type": "cryptographic-asset",
                "bom-ref": ref,
                "name": name,
                "description": "trust store",
                "cryptoProperties": {
                    "assetType": "related-crypto-material",
                    "relatedCryptoMaterialProperties": {"type": "other"},
                },
                "evidence": {"occurrences": [where]},
                "properties": [_property(*each) for each in properties],
            }
        )

    def _certificate(self, entry: AuditedEntry) -> str | None:
        """The reference of the certificate of an entry; None where it cannot be read."""
        certificate = entry.certificate
        if certificate is None or certificate.problem is not None:
            return None
        ref = f"certificate:{certificate.sha256}"
        if ref in self._certificates:
            return ref
        fields = certificate.fields
        signed = self._algorithm(fields.signature_algorithm)
        about: dict[str, Any] = {
            "subjectName": str(fields.subject),
            "issuerName": str(fields.issuer),
            **_dated("notValidBefore", fields.not_before),
            **_dated("notValidAfter", fields.not_after),
            "certificateFormat": "X.509",
        }
        if self._version == WITH_STATES:
            about |= {
                "serialNumber": f"{fields.serial:x}",
                **self._state(fields.not_before, fields.not_after),
                "relatedCryptographicAssets": [{"type": "algorithm", "ref": signed}],
            }
        else:
            about["signatureAlgorithmRef"] = signed
        properties = {"unpin:role": entry_role(entry), "unpin:key": str(fields.public_key)}
        if entry.record is not None:
            properties["unpin:catalogue"] = entry.record.slug
        self._certificates[ref] = {
            "type": "cryptographic-asset",
            "bom-ref": ref,
            "name": certificate_label(entry),
            "hashes": [
                {"alg": "SHA-256", "content": certificate.sha256},
                {"alg": "SHA-1", "content": certificate.sha1},
            ],
            "cryptoProperties": {"assetType": "certificate", "certificateProperties": about},
            "properties": [_property(*each) for each in properties.items()],
        }
        return ref

    def _algorithm(self, name: str) -> str:
        ref = f"algorithm:{name}"
        self._algorithms.setdefault(
            ref,
            {
                "type": "cryptographic-asset",
                "bom-ref": ref,
                "name": name,
                "cryptoProperties": {
                    "assetType": "algorithm",
                    "algorithmProperties": {"primitive": "signature"},
                },
            },
        )
        return ref

    def _state(self, begins: datetime | None, ends: datetime | None) -> dict[str, Any]:
        if self._now is None or begins is None or ends is None:
            return {}
        if self._now < begins:
            state = {"state": "pre-activation", "reason": "not yet valid"}
        elif self._now > ends:
            state = {"state": "deactivated", "reason": "expired"}
        else:
            state = {"state": "active"}
        return {"certificateState": [state]}


def _property(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


def _dated(name: str, moment: datetime | None) -> dict[str, str]:
    text = iso(moment)
    return {} if text is None else {name: text}


def _in_words(finding: PipelineFinding) -> tuple[str, str]:
    return "unpin:finding", f"{finding.severity} {finding.rule}: {finding.sentence}"
