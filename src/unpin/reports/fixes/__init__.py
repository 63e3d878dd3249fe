"""Reports of `unpin fix`: the page of a store, the overview of several, the way into an archive."""
