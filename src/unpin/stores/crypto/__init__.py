"""Key derivation, ciphers and private keys for the store codecs."""
