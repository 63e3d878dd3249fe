"""The laboratory: a PKI in Azure's shape with real certificates, and servers that present it."""
