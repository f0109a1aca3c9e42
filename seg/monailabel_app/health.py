"""Whether the server in this container answers: `python -m seg.monailabel_app.health FOLDER`; exit status 0 or 1.

It asks the control channel, which answers while an inference runs too.
"""

import json
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from seg.monailabel_app.control import TOKEN_HEADER

TIMEOUT_S = 8.0


def main(folder: Path) -> int:
    """Ask; print what runs, or what is wrong."""
    try:
        told = json.loads((folder / "server.json").read_text())
        url = f"http://127.0.0.1:{urlsplit(told['control']).port}/health"
        request = urllib.request.Request(url, headers={TOKEN_HEADER: told["token"]})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=TIMEOUT_S) as answer:
            print(answer.read().decode())
    except (OSError, ValueError, KeyError) as error:
        print(f"no answer ({type(error).__name__})")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
