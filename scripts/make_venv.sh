#!/bin/sh
# Make the virtual environment $2 with the interpreter $1.
# Debian splits venv's ensurepip into python3-venv: install it where we may, say so where we may not.
set -eu
python=$1 venv=$2
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "kommit needs Python 3.11 or newer; $python is $("$python" --version). Try: make PYTHON=python3.11" >&2
    exit 1
}
"$python" -c 'import ensurepip' 2>/dev/null || {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -q && apt-get install -qy python3-venv
    else
        echo "Python's venv module is missing. Run as root: apt-get install python3-venv" >&2
        exit 1
    fi
}
"$python" -m venv "$venv"
