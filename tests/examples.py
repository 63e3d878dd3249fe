"""How many examples Hypothesis draws, by the profile: see tests/conftest.py."""

from hypothesis import HealthCheck, settings

AT_NIGHT = 10
"""Times the examples of an ordinary day."""

EVERYDAY, RANDOM, NIGHTLY = "everyday", "random", "nightly"


def load_profiles():
    """Register the three profiles and load `everyday`. None fails for a slow machine."""
    always = settings(
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    settings.register_profile(EVERYDAY, always, derandomize=True)
    settings.register_profile(RANDOM, always, derandomize=False, print_blob=True)
    settings.register_profile(
        NIGHTLY, always, derandomize=False, print_blob=True, max_examples=100 * AT_NIGHT
    )
    settings.load_profile(EVERYDAY)


def examples(count):
    """Draw `count` examples, in the profile `nightly` AT_NIGHT times as many."""
    nightly = settings.get_current_profile_name() == NIGHTLY
    return settings(max_examples=count * AT_NIGHT if nightly else count)
