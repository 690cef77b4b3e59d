"""A cast and its files, invented: what the demo shows and the tests feed on."""
