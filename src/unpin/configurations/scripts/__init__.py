"""Commands in configurations: scripts as values, the words of a command, containers, clients."""
