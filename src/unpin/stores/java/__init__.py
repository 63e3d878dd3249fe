"""JKS and JCEKS stores (sun.security.provider, com.sun.crypto.provider)."""
