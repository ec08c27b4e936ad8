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
need go "see https://go.dev/doc/install (Go 1.25 or later; 1.21 or later fetches that itself)"

thrift --gen go:skip_remote -o . "$idl"
go build -o target/sedna-example .
[[ $1 == --build ]] || exec target/sedna-example "$1"
