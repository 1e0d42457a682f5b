"""The two sounds of a scan, in three volumes; ``python -m resources.sounds`` draws them anew."""
