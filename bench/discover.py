"""`unpin discover` of a tree of texts against `grep -rE` for the words that name stores.

Run as `python -m bench.discover [TREE]`; without a tree, one of 20,000 texts is made of the
standard library. Everything is measured in one run: the ratios are what counts.
"""

import sys
import sysconfig
import tempfile
from pathlib import Path

from bench.archives import measured, show
from bench.measuring import UNPIN

FILES = 20_000
WORDS = (
    r"trust-?store|sslrootcert|ssl[-_]?ca|ca[-_]?file|cacerts?|keytool|servercert|root cert"
    r"|SSL_CERT_|\.(pem|crt|cer|jks|p12|pfx)\b|sha256/|Issuing CA|\b[0-9a-f]{40}\b|\b[0-9a-f]{64}\b"
)


def make_tree(folder: Path) -> None:
    library = Path(sysconfig.get_paths()["stdlib"])
    texts = [path.read_bytes()[:8000] for path in sorted(library.glob("*.py"))]
    for number in range(FILES):
        path = folder / str(number // 200) / f"f{number}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(texts[number % len(texts)])
    (folder / "app.yml").write_text("SSL_CERT_FILE: /etc/app/ca.pem\n")


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else made)
        if len(sys.argv) == 1:
            make_tree(folder)
        grep = measured(["grep", "-rEi", WORDS, folder])
        show("grep -rEi", grep, grep)
        show("unpin discover", measured([*UNPIN, "discover", folder]), grep)
        show("unpin audit", measured([*UNPIN, "audit", folder]), grep)


if __name__ == "__main__":
    main()
