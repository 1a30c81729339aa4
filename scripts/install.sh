#!/bin/sh
# Install the lock file $2 and kommit itself (editable) into the virtual environment $1.
set -eu
"$1/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$2"
"$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
