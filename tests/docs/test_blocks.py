"""Which commands of the documentation are run, and which are not."""

from tests.docs.blocks import REPOSITORY, blocks, pages, script

#: How many blocks of each page are not run. Each says why before it; one more is a change to be seen here.
NOT_RUN = {
    "README.md": 2,
    "docs/api.md": 1,
    "docs/deployment.md": 5,
    "docs/exports.md": 1,
    "docs/tutorials/developer.md": 3,
    "docs/tutorials/first-study.md": 4,
    "docs/tutorials/template-author.md": 1,
}


def test_blocks_that_are_not_run_are_counted():
    counted = {name: sum(one.reason is not None for one in of_page) for name, of_page in pages().items()}
    assert {name: count for name, count in counted.items() if count} == {
        name: count for name, count in NOT_RUN.items() if (REPOSITORY / name).exists()
    }


def test_most_are_run():
    every = [one for of_page in pages().values() for one in of_page]
    assert sum(one.reason is None for one in every) > len(every) / 2


def test_a_marker_holds_for_the_block_behind_it_only():
    text = "<!-- not run: why -->\n```sh\none\n```\n\ntext\n\n```bash\ntwo\n```\n```json\n{}\n```\n"
    assert [(one.line, one.commands, one.reason) for one in blocks(text)] == [(2, "one\n", "why"), (8, "two\n", None)]
    assert "one" not in script(blocks(text))
