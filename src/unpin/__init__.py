"""Audit the trust stores of Java and database clients before a CA rotation, and repair them.

`unpin.audit(unpin.open_store("truststore.p12")).findings` is what the command line prints.
docs/api.md describes the names in `__all__`; everything else may change in any release.
"""

TYPE_CHECKING = False
"""True for type checkers; importing typing would take longer than everything else here."""

if TYPE_CHECKING:
    from unpin.api import audit, convert, diff, open_store, plan_fix, rehearse
    from unpin.catalogue.model import Catalogue
    from unpin.model.errors import UnpinError
    from unpin.model.finding import Finding
    from unpin.model.store import Store
    from unpin.pki.verdict import Verdict

__version__ = "0.1.0"
__all__ = [
    "Catalogue",
    "Finding",
    "Store",
    "UnpinError",
    "Verdict",
    "__version__",
    "audit",
    "convert",
    "diff",
    "open_store",
    "plan_fix",
    "rehearse",
]

_HOMES = {
    "Catalogue": "unpin.catalogue.model",
    "Finding": "unpin.model.finding",
    "Store": "unpin.model.store",
    "UnpinError": "unpin.model.errors",
    "Verdict": "unpin.pki.verdict",
    **dict.fromkeys(
        ("audit", "convert", "diff", "open_store", "plan_fix", "rehearse"), "unpin.api"
    ),
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used; `import unpin` alone loads nothing else."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
