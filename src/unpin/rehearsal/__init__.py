"""Before and after the rotation: every client family against every chain in every shape."""
