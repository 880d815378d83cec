#!/bin/sh
# The one command of picorest: `./deploy.sh help`. It keeps its tools in .venv beside itself and sets that up when needed.
set -eu

here=$0
while [ -L "$here" ]; do
    link=$(readlink "$here")
    case $link in
        /*) here=$link ;;
        *) here=$(dirname "$here")/$link ;;
    esac
done
here=$(CDPATH='' cd -- "$(dirname -- "$here")" && pwd -P)

found=
for ready in "$here"/.venv/ready-requirements-*; do
    if [ -e "$ready" ] && [ -x "$here/.venv/bin/python" ]; then
        found=$here/.venv/bin/python
    fi
done
if [ -z "$found" ]; then
    for below in 15 99; do # MicroPython is packaged for 3.10 to 3.14
        for python in "${PYTHON:-python3}" python3.13 python3.12 python3.11 python3.10 python3.14; do
            if "$python" -c "import sys; sys.exit(not (3, 10) <= sys.version_info < (3, $below))" 2>/dev/null; then
                found=$python
                break 2
            fi
        done
    done
    if [ -z "$found" ]; then
        echo "deploy.sh: needs Python 3.10 or newer, and there is none on this computer's PATH." >&2
        echo "Install one (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python)" >&2
        echo "or name it: PYTHON=/path/to/python3 ./deploy.sh ..." >&2
        exit 1
    fi
fi
exec "$found" "$here/host" "$@"
