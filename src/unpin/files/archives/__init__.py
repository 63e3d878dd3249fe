"""Archives and container images: their members in order, within bounds, none unpacked to disk."""
