"""Who did what, when, to which object: an append-only table of DATA, whose rows are chained by their digests."""
