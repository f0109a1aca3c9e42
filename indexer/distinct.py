"""Several blocks of filters on one repeated group: each is fulfilled by a member of its own. Pure."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from indexer.block import Mask, Members

#: As many different members a search may ask for; each more doubles the work.
MOST_BLOCKS = 4


def numbered(path: str, block: int) -> str:
    """Return the path of an item of a repeated group with the block that it stands in."""
    group, _, item = path.partition(".")
    return path if block == 1 else f"{group}.{block}.{item}"


def eligible(members: Members, others: Sequence[Mask]) -> Mask:
    """Return which members leave enough different ones in their exams for the other blocks.

    By Hall's theorem that is so when any number of the other blocks together have at least as many members to choose
    from, this one not among them.

    Parameters
    ----------
    others
        Of each of the other blocks, which members fulfil it.
    """
    fits: Mask = np.ones(len(members.owner), np.bool_)
    for size in range(1, len(others) + 1):
        for some in combinations(others, size):
            any_of = np.logical_or.reduce(some)
            counts = np.bincount(members.owner[any_of], minlength=len(members.first) - 1)
            fits &= counts[members.owner] - any_of.astype(np.int64) >= size
    return fits
