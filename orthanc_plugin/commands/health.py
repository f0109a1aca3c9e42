"""`hepatia health`: whether the server answers.

What watches a container asks again and again: `python -m orthanc_plugin.commands.health` imports next to nothing.
"""

import base64
import json
import os
import sys
import urllib.request

from orthanc_plugin.commands.site import Site, SiteError

TIMEOUT_S = 8.0


def health(site: Site) -> int:
    """Print how the running installation is; return 0 while it answers, be it without its index.

    A restart helps a server that does not answer. It does not help one whose database is down, which keeps images all
    the same: `hepatia doctor` says what does.
    """
    try:
        login, password = site.password("admin")
        token = base64.b64encode(f"{login}:{password}".encode()).decode()
        request = urllib.request.Request(  # noqa: S310 -- always http, on loopback
            f"{site.url}/hepatia/api/status", headers={"Authorization": f"Basic {token}"}
        )
        # No proxy of the environment: this never leaves the machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=TIMEOUT_S) as answer:
            status = json.load(answer)
    except (SiteError, OSError, ValueError) as error:
        print(f"no answer at {site.url} ({type(error).__name__})")
        return 1
    print(f"{status['status']}: database {status['database']}, MONAI Label {status['monailabel']}")
    return 0


if __name__ == "__main__":
    sys.exit(health(Site.from_environment(os.environ)))
