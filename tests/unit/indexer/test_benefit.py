"""The order of the exams to be read next."""

import itertools
import random

from indexer.benefit import Case, rank


def case(words, uncertainty=None):
    return Case(frozenset(words.split()), uncertainty)


def distance(first, second):
    either = first.words | second.words
    return 1 - len(first.words & second.words) / len(either) if either else 0


def test_the_most_unsure_come_first_and_the_rest_by_diversity():
    candidates = [case("a b"), case("a c", 0.1), case("x y"), case("a b c", 0.4)]
    found = rank(candidates, [case("a b")], 4)
    assert [one.position for one in found] == [3, 1, 2, 0]
    assert [one.benefit for one in found] == [0.4, 0.1, 1.0, 0.0]
    assert found[0].reason == "The model is unsure of it: 40%."


def test_without_any_mask_the_most_typical_is_the_first():
    candidates = [case("a b"), case("a b c"), case("a b c d"), case("x")]
    found = rank(candidates, [], 4)
    assert found[0].position == 1
    assert found[1].position == 3


def test_each_next_is_the_farthest_from_all_before_it():
    chance = random.Random(5)
    made = [case(" ".join(chance.sample("abcdefghijklmnop", 6))) for _ in range(60)]
    candidates, done = made[:50], made[50:]
    found = rank(candidates, done, 50)
    assert sorted(one.position for one in found) == list(range(50))
    known, left = list(done), set(range(50))
    for one in found:
        farthest = max(min(distance(candidates[place], other) for other in known) for place in left)
        assert abs(min(distance(candidates[one.position], other) for other in known) - farthest) < 1e-6
        assert abs(one.benefit - farthest) < 1e-4
        known.append(candidates[one.position])
        left.remove(one.position)
    assert all(first.benefit >= second.benefit for first, second in itertools.pairwise(found))


def test_no_more_than_asked_for_and_nothing_of_nothing():
    assert rank([], [], 10) == []
    assert len(rank([case("a"), case("b"), case("c", 0.2)], [], 2)) == 2
    assert [one.position for one in rank([case(""), case("")], [case("")], 5)] == [0, 1]
