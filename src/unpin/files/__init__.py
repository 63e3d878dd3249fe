"""Files of this machine: read within bounds, replaced so that nothing is lost."""
