"""The policy of a project: unpin.toml, and the baseline of findings that are known."""
