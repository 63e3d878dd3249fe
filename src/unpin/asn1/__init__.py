"""DER and BER (X.690): elements, typed fields, object identifiers; pure."""
