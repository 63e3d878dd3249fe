"""The verdicts of client families on the chains before and after the rotation."""
