#!/usr/bin/env bash
# run.sh HOST:PORT runs the example; run.sh --build only gets and generates what it needs.
# Exits with 3 where a tool is missing.
set -euo pipefail
cd "$(dirname "$0")"
idl=../../sedna-thrift/src/main/thrift/sedna.thrift

need() { # COMMAND, how to install it
  command -v "$1" >/dev/null || { echo "missing tool: $1; install it: $2" >&2; exit 3; }
}
[[ $# -eq 1 ]] || { echo "usage: run.sh HOST:PORT | --build" >&2; exit 2; }
need thrift "apt-get install thrift-compiler"
need python3 "apt-get install python3"
python3 -c 'import venv, ensurepip' 2>/dev/null ||
  { echo "missing tool: python3's venv; install it: apt-get install python3-venv" >&2; exit 3; }

if ! cmp -s requirements.txt target/requirements.txt; then
  python3 -m venv --clear target/venv
  target/venv/bin/pip install --quiet --requirement requirements.txt
  cp requirements.txt target/requirements.txt
fi
thrift --gen py -o . "$idl"
[[ $1 == --build ]] || exec target/venv/bin/python -u example.py "$1"
