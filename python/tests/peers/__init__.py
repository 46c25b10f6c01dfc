"""Comparisons of values with other packages: `make peers`."""
