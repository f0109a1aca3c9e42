"""Prints the description of the API (OpenAPI 3.1), without a running server: `python scripts/print_openapi.py`."""

import json

from orthanc_plugin.web import openapi

if __name__ == "__main__":
    print(json.dumps(openapi.document(), indent=1))
