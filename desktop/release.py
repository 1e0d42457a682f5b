"""Which release of the program this is."""

RELEASE = "0.1.0"
