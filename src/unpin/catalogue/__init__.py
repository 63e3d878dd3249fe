"""The catalogue: the certificates of a rotation, as data whose signatures can be verified."""
