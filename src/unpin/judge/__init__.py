"""A store and a catalogue to findings; pure."""
