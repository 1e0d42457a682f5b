"""Codes: what their texts mean, how they are read from pictures and keys, and the cards that carry them."""
