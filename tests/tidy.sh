#!/usr/bin/env bash
# clang-tidy over the library, the tool and the plugins; needs a configured build/. Some minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[[ -f build/compile_commands.json ]] || { echo "error: run tests/run.sh first" >&2; exit 2; }
# What the build compiles: mostly groups of sources, which are read much faster than one by one.
mapfile -t units < <(sed -n 's/^ *"file": "\(.*\)"$/\1/p' build/compile_commands.json |
  grep -v -e '/tests/' -e '\.pb\.cc$' -e '/neucasl_proto\.dir/' | sort -u)
[[ ${#units[@]} -gt 0 ]] || { echo "error: no source found" >&2; exit 1; }
# The build is by GCC, some of whose warning options Clang does not know; groups include sources.
printf '%s\0' "${units[@]}" | xargs -0 -n 1 -P "$(nproc)" \
  clang-tidy -p build --quiet --checks=-bugprone-suspicious-include \
  --extra-arg=-Wno-unknown-warning-option 2>/dev/null
echo "clang-tidy: ${#units[@]} groups of sources"
