#!/usr/bin/env bash
# run.sh HOST:PORT runs the example; run.sh --build only generates and compiles it.
# Exits with 3 where a tool is missing.
set -euo pipefail
cd "$(dirname "$0")"

missing() { # WHAT, how to install it
  echo "missing tool: $1; install it: $2" >&2
  exit 3
}
[[ $# -eq 1 ]] || { echo "usage: run.sh HOST:PORT | --build" >&2; exit 2; }
command -v thrift >/dev/null || missing thrift "apt-get install thrift-compiler"
command -v g++ >/dev/null || missing g++ "apt-get install g++"
command -v make >/dev/null || missing make "apt-get install make"

# C++ code compiles only against the library of the very version of the compiler, so both are asked.
header=$(echo '#include <thrift/config.h>' | g++ -E -dM -x c++ - 2>/dev/null |
  sed -n 's/^#define PACKAGE_VERSION "\(.*\)"$/\1/p') || true
[[ -n $header ]] || missing "Thrift's C++ library" "apt-get install libthrift-dev"
compiler=$(thrift --version | sed -n 's/^Thrift version //p')
[[ $header == "$compiler" ]] ||
  missing "a Thrift compiler $header to match the C++ library (found $compiler)" \
    "apt-get install thrift-compiler libthrift-dev"

echo '#include <thrift/transport/TBufferTransports.h>' | g++ -E -x c++ - >/dev/null 2>&1 ||
  missing "Boost's headers, which those of Thrift include" "apt-get install libboost-dev"

make --silent
[[ $1 == --build ]] || exec target/sedna-example "$1"
