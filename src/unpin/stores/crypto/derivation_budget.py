"""The limits of key derivation from passwords, for a store and for a run."""

from typing import Final

from unpin.model.errors import LimitExceededError

MAX_STORE_WORK: Final = 20_000_000
"""The iterations of all key derivations of a store, counted for each block of output."""

MAX_RUN_WORK: Final = 200_000_000
"""The same for all stores and all tried passwords of a run: about two minutes."""

HINT: Final = "--max-kdf ITERATIONS before the name of the command allows more"


class DerivationBudget:
    """The iterations that are left; the library without the command line has no total for a run.

    `raised` is the limit that the user gave, 0 for the default; `was_refused` says that iterations
    were refused for the limit of the run.
    """

    def __init__(self) -> None:
        self.raised = 0
        self.was_refused = False
        self._left: int | None = None

    @property
    def most_in_a_store(self) -> int:
        """The limit for a store: MAX_STORE_WORK, or the limit that the user gave."""
        return max(MAX_STORE_WORK, self.raised)

    def raise_to(self, iterations: int) -> None:
        """Allow this many iterations in a store and in a run."""
        self.raised = iterations

    def begin_run(self) -> None:
        """Start the count of a run of the command line."""
        self._left = max(MAX_RUN_WORK, self.raised)

    @property
    def left(self) -> int | None:
        """The iterations that are left for this run; None without a limit."""
        return self._left

    def resume(self, left: int | None) -> None:
        """Go on with the count of another process."""
        self._left = left
        self.was_refused = False

    def has(self, iterations: int) -> bool:
        """Whether so many are left."""
        return self._left is None or iterations <= self._left

    def take(self, iterations: int) -> None:
        """Count iterations of another process."""
        if self._left is not None:
            self._left -= iterations

    def spend(self, iterations: int, *, source: str) -> None:
        """Count iterations. Raises LimitExceededError where fewer are left in a store or a run.

        `source` names the store in the message.
        """
        if iterations > self.most_in_a_store:
            raise LimitExceededError(
                f"{source}: its key derivations need {iterations} iterations in total, "
                f"the limit is {self.most_in_a_store}",
                HINT,
            )
        if self._left is None:
            return
        if iterations > self._left:
            self.was_refused = True
            raise LimitExceededError(
                f"{source}: not read: the key derivations of this run need more than "
                f"{max(MAX_RUN_WORK, self.raised)} iterations",
                HINT,
            )
        self._left -= iterations


budget: Final = DerivationBudget()
"""The budget of this process."""
