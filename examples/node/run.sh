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
need node "apt-get install nodejs (20.19 or later)"
need npm "apt-get install npm"

if ! cmp -s package-lock.json node_modules/.installed-lock; then
  npm ci --loglevel=error --no-audit --no-fund >&2
  cp package-lock.json node_modules/.installed-lock
fi
thrift --gen js:node,es6 -o . "$idl"
[[ $1 == --build ]] || exec node example.js "$1"
