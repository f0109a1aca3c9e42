"""The commands of the documentation, page by page, against a real installation."""

import subprocess

import pytest

from tests.docs.blocks import pages, script

pytestmark = pytest.mark.orthanc

RUN = {name: of_page for name, of_page in pages().items() if any(one.reason is None for one in of_page)}


@pytest.mark.parametrize("page", RUN)
def test_the_commands_of_a_page_work(page, environment, tmp_path):
    command = ["bash", "-c", script(RUN[page])]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{page}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
