"""Which password and which scheme guard the output of a conversion, and the words for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from unpin.model.errors import CannotWriteError, UsageError
from unpin.model.formats import Format
from unpin.model.store import Integrity
from unpin.rewrite.conversion_plan import Remark, Topic
from unpin.stores.encoding import EncodeOptions, ProtectionScheme
from unpin.stores.opening import DEFAULTS, Opened, Password, PasswordOrigin

_CHANGEIT: Final = DEFAULTS[0]
_ANOTHER: Final = "--password-file-out FILE gives another"
_ONE: Final = "--password-file-out FILE gives it one"
_SPELLED: Final[Mapping[str, str]] = {
    PasswordOrigin.FILE: "the password in the password file",
    PasswordOrigin.OPTION: "the password of --password",
}


@dataclass(frozen=True, slots=True)
class OutputProtection:
    """The password of the output (None for none), where it is from, and how PKCS12 is protected.

    `chosen` says that the user named the password for this output, `upgrade` the modern scheme:
    then keys under an old one are encrypted anew.
    """

    password: str | None = field(repr=False)
    origin: str
    scheme: ProtectionScheme = ProtectionScheme.MODERN
    chosen: bool = False
    upgrade: bool = False
    hint: str = ""

    @property
    def options(self) -> EncodeOptions:
        """The same for the encoder."""
        return EncodeOptions(scheme=self.scheme)

    def remark(self, out: str, target: Format) -> Remark:
        """The line that says so."""
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
    inputs: Sequence[Opened],
    *,
    given: Password | None,
    chosen: Password | None,
    scheme: ProtectionScheme | None,
    keys: bool = False,
) -> OutputProtection:
    """What protects the output; `keys` if keys may go to it, which may be guarded by themselves.

    `chosen` is the password for it, `given` the one for the inputs. Without one, an input's own
    guards the output, or else changeit. Raises UsageError for what the format does not have.
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
            return OutputProtection(None, PasswordOrigin.NONE, scheme, hint="" if asked else _ONE)
        if not keys:
            raise UsageError("a password for the output, and none: --password-less")
        return OutputProtection(chosen.text, chosen.origin, scheme, chosen=True)
    password, hint = _password(inputs, given), ""
    if chosen is not None:
        password = chosen
    elif password is None:
        password, hint = _CHANGEIT, _ANOTHER
    return OutputProtection(
        password.text,
        password.origin,
        scheme,
        chosen=chosen is not None,
        upgrade=upgrade,
        hint=hint,
    )


def _password(inputs: Sequence[Opened], given: Password | None) -> Password | None:
    """The password of the first input that has one, or the one that was named for the inputs.

    UNPIN_PASSWORD is for reading: a pipeline has it set whether or not this output is to have it.
    """
    for one in inputs:
        if one.store.format.has_password and one.password is not None:
            origin = f"the password of {one.store.source} ({one.store.protection.password})"
            return Password(one.password, origin)
    return given if given is not None and given.origin != PasswordOrigin.ENVIRONMENT else None


def check_inputs(target: Format, inputs: Sequence[Opened], *, unverified: bool) -> None:
    """Refuse to give an unchecked store a new, valid digest. Raises CannotWriteError."""
    for one in inputs:
        unchecked = one.store.protection.integrity is Integrity.NOT_CHECKED
        if unchecked and target.has_password and not unverified:
            raise CannotWriteError(
                f"{one.store.source}: its integrity was not checked, and {target} would vouch for "
                "it",
                "give the store's password, or --unverified to convert it all the same",
            )


def _scheme_of(inputs: Sequence[Opened]) -> ProtectionScheme:
    """How the first PKCS12 input is protected: what reads it today shall read the output."""
    for one in inputs:
        if one.store.format is Format.PKCS12:
            from unpin.stores.pkcs12.protection import scheme_of

            return scheme_of(one.store)
    return ProtectionScheme.MODERN
