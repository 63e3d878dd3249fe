"""What servers say and send: probes, their host names, and the settings of databases."""
