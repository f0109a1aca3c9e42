#!/bin/sh
# slim_python.sh ENVIRONMENT: takes out of a Python environment what only building and testing need.
set -eu
packages=$(echo "$1"/lib/python3*/site-packages)

"$1/bin/pip" uninstall -y -q setuptools wheel
rm -rf "$packages"/pip "$packages"/pip-* "$1"/bin/pip* "$1"/bin/activate* "$1"/bin/Activate*
find "$packages" -type d -name tests -prune -exec rm -rf {} +
