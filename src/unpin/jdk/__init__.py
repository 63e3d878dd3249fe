"""What the JDK makes of certificates, keys and stores; pure."""
