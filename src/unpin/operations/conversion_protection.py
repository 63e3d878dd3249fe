"""The password and the encryption scheme of the output of a conversion."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Final

from unpin.model.errors import CannotWriteError, UsageError
from unpin.model.formats import Format
from unpin.model.store import Integrity, Store
from unpin.model.values import frozen
from unpin.rewrite.conversion_plan import Remark, Topic
from unpin.stores.formats import EncodeOptions, ProtectionScheme
from unpin.stores.opening import DEFAULTS, Password, PasswordOrigin

_CHANGEIT: Final = DEFAULTS[0]
_OTHER_PASSWORD: Final = "--password-file-out FILE gives another"  # noqa: S105  (a hint)
_ADD_PASSWORD: Final = "--password-file-out FILE adds a password"  # noqa: S105  (a hint)
_SPELLED: Final[Mapping[str, str]] = {
    PasswordOrigin.FILE: "the password in the password file",
    PasswordOrigin.OPTION: "the password of --password",
}


@frozen
class OutputProtection:
    """The protection of the output.

    `password` is None for no password; `origin` says where it comes from. `scheme` applies to
    PKCS12. `chosen` says that the user gave the password for this output. `upgrade` says that the
    user asked for the modern scheme: keys under an old scheme are then encrypted again.
    """

    password: str | None = field(repr=False)
    origin: str
    scheme: ProtectionScheme = ProtectionScheme.MODERN
    chosen: bool = False
    upgrade: bool = False
    hint: str = ""

    @property
    def options(self) -> EncodeOptions:
        """The options of the encoder."""
        return EncodeOptions(scheme=self.scheme)

    def remark(self, out: str, target: Format) -> Remark:
        """The remark that tells the user how `out` is protected."""
        if self.scheme is ProtectionScheme.PASSWORD_LESS:
            message = "without a password, as the JDK's own cacerts"
            if self.chosen:
                message += f"; its keys have {_SPELLED.get(self.origin, self.origin)}"
        else:
            message = f"protected with {_SPELLED.get(self.origin, self.origin)}"
            if target is Format.PKCS12:
                message += f", scheme {self.scheme}"
        if self.hint:
            message += f"; {self.hint}"
        return Remark(Topic.PROTECTION, out, message)


def choose_protection(
    target: Format,
    inputs: Sequence[Store],
    *,
    given: Password | None,
    chosen: Password | None,
    scheme: ProtectionScheme | None,
    keys: bool = False,
) -> OutputProtection:
    """Choose the protection of an output in the format `target`.

    `chosen` is the user's password for the output, `given` the user's password for the inputs.
    Without `chosen`, the output gets the password of an input, or else changeit. `keys` says that
    the output may hold keys, which can have a password even where the store has none. Raises
    UsageError for a password or scheme that the format does not have.
    """
    if scheme is not None and target is not Format.PKCS12:
        raise UsageError(f"--scheme and --password-less are for PKCS12, not for {target}")
    if not target.has_password:
        if chosen is not None and not (keys and target is Format.PEM):
            raise UsageError(f"{target} has no password; --password-file-out is for other formats")
        if chosen is not None:
            return OutputProtection(chosen.text, chosen.origin, chosen=True)
        return OutputProtection(None, PasswordOrigin.NONE)
    upgrade, asked = scheme is ProtectionScheme.MODERN, scheme is not None
    if scheme is None:
        inherited = target is Format.PKCS12 and chosen is None
        scheme = _scheme_of(inputs) if inherited else ProtectionScheme.MODERN
    if scheme is ProtectionScheme.PASSWORD_LESS:
        if chosen is None:
            hint = "" if asked else _ADD_PASSWORD
            return OutputProtection(None, PasswordOrigin.NONE, scheme, hint=hint)
        if not keys:
            raise UsageError("--password-less contradicts the password for the output")
        return OutputProtection(chosen.text, chosen.origin, scheme, chosen=True)
    password, hint = _password(inputs, given), ""
    if chosen is not None:
        password = chosen
    elif password is None:
        password, hint = _CHANGEIT, _OTHER_PASSWORD
    return OutputProtection(
        password.text,
        password.origin,
        scheme,
        chosen=chosen is not None,
        upgrade=upgrade,
        hint=hint,
    )


def _password(inputs: Sequence[Store], given: Password | None) -> Password | None:
    """The password of the first input with a password, or the user's password for the inputs.

    UNPIN_PASSWORD is only for reading: a pipeline sets it for other stores too.
    """
    for store in inputs:
        if store.format.has_password and store.password is not None:
            origin = f"the password of {store.source} ({store.protection.password})"
            return Password(store.password, origin)
    return given if given is not None and given.origin != PasswordOrigin.ENVIRONMENT else None


def check_inputs(target: Format, inputs: Sequence[Store], *, unverified: bool) -> None:
    """Refuse to give an unchecked store a new, valid digest. Raises CannotWriteError.

    `unverified` allows it.
    """
    for store in inputs:
        unchecked = store.protection.integrity is Integrity.NOT_CHECKED
        if unchecked and target.has_password and not unverified:
            raise CannotWriteError(
                f"{store.source}: the integrity was not checked, and the new {target} would have a "
                "valid digest",
                "give the password of the store, or --unverified to convert it anyway",
            )


def _scheme_of(inputs: Sequence[Store]) -> ProtectionScheme:
    """The scheme of the first PKCS12 input, so that its readers can read the output."""
    for store in inputs:
        if store.format is Format.PKCS12:
            from unpin.stores.pkcs12.protection import scheme_of

            return scheme_of(store)
    return ProtectionScheme.MODERN
