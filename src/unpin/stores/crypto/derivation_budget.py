"""What may be spent on deriving keys from passwords, in a store and in a run."""

from typing import Final

from unpin.model.errors import LimitExceededError

MAX_STORE_WORK: Final = 20_000_000
"""Iterations of all key derivations for one reading of a store, once for each block of output."""

MAX_RUN_WORK: Final = 200_000_000
"""The same of all stores of a run, and of every password that is tried: some two minutes."""

HINT: Final = "--max-kdf ITERATIONS before the name of the command allows more"


class DerivationBudget:
    """The iterations that may be spent; a run of the library alone has no end, and no total.

    `raised` is what the user allows, 0 where that is nothing special.
    """

    def __init__(self) -> None:
        self.raised = 0
        self._left: int | None = None

    @property
    def most_in_a_store(self) -> int:
        """The limit for a store: MAX_STORE_WORK, or what the user allows."""
        return max(MAX_STORE_WORK, self.raised)

    def raise_to(self, iterations: int) -> None:
        """Allow so many iterations in a store, and in a run."""
        self.raised = iterations

    def begin_run(self) -> None:
        """Count anew, for a run of the command line."""
        self._left = max(MAX_RUN_WORK, self.raised)

    def spend(self, iterations: int, *, source: str) -> None:
        """Count iterations. Raises LimitExceededError where fewer are left in a store or a run.

        `source` names the store in the message.
        """
        if iterations > self.most_in_a_store:
            raise LimitExceededError(
                f"{source}: key derivations of {iterations} iterations in total, "
                f"at most {self.most_in_a_store} are followed",
                HINT,
            )
        if self._left is None:
            return
        if iterations > self._left:
            raise LimitExceededError(
                f"{source}: not read: the key derivations of this run come to more than "
                f"{max(MAX_RUN_WORK, self.raised)} iterations",
                HINT,
            )
        self._left -= iterations


budget: Final = DerivationBudget()
"""The budget of this process."""
