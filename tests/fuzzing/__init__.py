"""What must hold for any input at all: the oracles, and the functions and sites that they are held to."""
