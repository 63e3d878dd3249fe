"""Read the Secrets and ConfigMaps of Kubernetes manifests: what each key holds."""

import base64
import binascii
import re
from typing import Final

from unpin.configurations.yaml_flow import flow_settings
from unpin.stores.embedded.yaml_document import yaml_values

_SEPARATOR: Final = re.compile(r"(?m)^---.*$")
_KEY: Final = re.compile(r"(data|binaryData|stringData)\.(.+)\Z", re.DOTALL)


def secrets_in(text: str) -> dict[str, bytes]:
    """The contents by "Secret NAME/KEY" and "ConfigMap NAME/KEY"."""
    found: dict[str, bytes] = {}
    for part in _SEPARATOR.split(text):
        values = {value.key: value.text for value in yaml_values(part, lambda _: True)}
        for key, content in list(values.items()):
            if content.startswith("{"):
                values |= {key + path: scalar for path, scalar in flow_settings(content)}
        kind, name = values.get("kind"), values.get("metadata.name")
        if kind not in {"Secret", "ConfigMap"} or name is None:
            continue
        for key, content in values.items():
            match = _KEY.match(key)
            if match is None:
                continue
            encoded = match[1] == "binaryData" or (match[1] == "data" and kind == "Secret")
            data = decoded(content) if encoded else content.encode()
            if data is not None:
                found[f"{kind} {name}/{match[2]}"] = data
    return found


def decoded(text: str) -> bytes | None:
    """The bytes of a base64 text; None if it is none."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
