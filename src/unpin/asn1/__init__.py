"""DER and BER (X.690): slices, typed fields, object identifiers; pure."""
