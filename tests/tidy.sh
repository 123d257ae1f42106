#!/usr/bin/env bash
# clang-tidy over the library, the tool and the plugins; needs a configured build/. Some minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[[ -f build/compile_commands.json ]] || { echo "error: run tests/run.sh first" >&2; exit 2; }
mapfile -t sources < <(find core/src plugins -name '*.cpp' | sort)
[[ ${#sources[@]} -gt 0 ]] || { echo "error: no source found" >&2; exit 1; }
# The build is by GCC, some of whose warning options Clang does not know.
printf '%s\0' "${sources[@]}" | xargs -0 -n 4 -P "$(nproc)" \
  clang-tidy -p build --quiet --extra-arg=-Wno-unknown-warning-option 2>/dev/null
echo "clang-tidy: ${#sources[@]} files"
