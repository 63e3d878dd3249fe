"""Every rule, in the order in which findings of one severity are shown."""

from types import MappingProxyType
from typing import Final

from unpin.judge.rule import Rule
from unpin.judge.rules.alias_collision import alias_collision
from unpin.judge.rules.duplicate_certificate import duplicate_certificate
from unpin.judge.rules.encoding_fault import encoding_fault
from unpin.judge.rules.expired_anchor import expired_anchor
from unpin.judge.rules.expiring_anchor import expiring_anchor
from unpin.judge.rules.failing_chain import failing_chain
from unpin.judge.rules.forbidden_certificate import forbidden_certificate
from unpin.judge.rules.gave_up import gave_up
from unpin.judge.rules.hidden_namesake import hidden_namesake
from unpin.judge.rules.invisible_to_java import invisible_to_java
from unpin.judge.rules.lookalike_certificate import lookalike_certificate
from unpin.judge.rules.missing_root import missing_root
from unpin.judge.rules.needs_newer_java import needs_newer_java
from unpin.judge.rules.no_valid_anchor import no_valid_anchor
from unpin.judge.rules.nonconforming_anchor import nonconforming_anchor
from unpin.judge.rules.not_a_ca import not_a_ca
from unpin.judge.rules.not_yet_valid_anchor import not_yet_valid_anchor
from unpin.judge.rules.orphan_intermediate import orphan_intermediate
from unpin.judge.rules.pinned_intermediate import pinned_intermediate
from unpin.judge.rules.pinned_server_certificate import pinned_server_certificate
from unpin.judge.rules.private_key_in_trust_store import private_key_in_trust_store
from unpin.judge.rules.redundant_intermediate import redundant_intermediate
from unpin.judge.rules.required_certificate import required_certificate
from unpin.judge.rules.retired_root import retired_root
from unpin.judge.rules.self_signed_server_certificate import self_signed_server_certificate
from unpin.judge.rules.shadowing_twin import shadowing_twin
from unpin.judge.rules.unchecked_integrity import unchecked_integrity
from unpin.judge.rules.unknown_outcome import unknown_outcome
from unpin.judge.rules.unreadable_entry import unreadable_entry
from unpin.judge.rules.unrelated_store import unrelated_store
from unpin.judge.rules.weak_anchor import weak_anchor
from unpin.judge.rules.weak_store_protection import weak_store_protection

RULES: Final[tuple[Rule, ...]] = (
    pinned_intermediate,
    orphan_intermediate,
    shadowing_twin,
    hidden_namesake,
    redundant_intermediate,
    pinned_server_certificate,
    self_signed_server_certificate,
    missing_root,
    failing_chain,
    no_valid_anchor,
    unknown_outcome,
    not_a_ca,
    nonconforming_anchor,
    lookalike_certificate,
    retired_root,
    expired_anchor,
    expiring_anchor,
    not_yet_valid_anchor,
    weak_anchor,
    duplicate_certificate,
    alias_collision,
    invisible_to_java,
    unreadable_entry,
    unchecked_integrity,
    encoding_fault,
    weak_store_protection,
    needs_newer_java,
    private_key_in_trust_store,
    required_certificate,
    forbidden_certificate,
    gave_up,
    unrelated_store,
)

RULES_BY_IDENT: Final = MappingProxyType({rule.ident: rule for rule in RULES})
