"""The catalogue: the certificates of a rotation as data that proves itself."""
