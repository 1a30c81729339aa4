#!/bin/sh
# Renew both lock files from pyproject.toml; needs uv (pip install uv). They name no registry.
set -eu
cd "$(dirname "$0")/.."
common="--python-version 3.11 --no-emit-index-url --no-header --generate-hashes --extra build --quiet"
uv pip compile pyproject.toml $common -o requirements.lock
uv pip compile pyproject.toml $common --extra dev -c requirements.lock -o requirements-dev.lock
