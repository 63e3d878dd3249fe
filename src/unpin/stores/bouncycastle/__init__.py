"""BKS, UBER and BCFKS stores (org.bouncycastle)."""
