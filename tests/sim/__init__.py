"""A deterministic simulator: real tills and a real hub, all chance from one seed, all time made up."""
