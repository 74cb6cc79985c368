#!/bin/sh
# Makes a Python environment in FOLDER with the engines that `emend bench --peers FOLDER` measures beside ours:
#   sh install.sh FOLDER
set -eu
python3 -m venv "$1"
"$1/bin/python" -m pip install --quiet --requirement "$(dirname "$0")/requirements.txt"
