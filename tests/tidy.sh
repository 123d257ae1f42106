#!/usr/bin/env bash
# clang-tidy over the library, the tool and the plugins; needs a configured build/. Some minutes.
#
#   bash tests/tidy.sh [REVISION]      # with a revision, only groups with sources changed since
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[[ -f build/compile_commands.json ]] || { echo "error: run tests/run.sh first" >&2; exit 2; }
# What the build compiles: mostly groups of sources, which are read much faster than one by one.
mapfile -t units < <(sed -n 's/^ *"file": "\(.*\)"$/\1/p' build/compile_commands.json |
  grep -v -e '/tests/' -e '\.pb\.cc$' -e '/neucasl_proto\.dir/' | sort -u)
[[ ${#units[@]} -gt 0 ]] || { echo "error: no source found" >&2; exit 1; }
if [[ $# -gt 0 ]]; then
  changed=$(git diff --name-only "$1" -- '*.cpp')
  mapfile -t units < <(for unit in "${units[@]}"; do
    # A group names its sources by full path; a source that stands alone is one itself.
    if { echo "$unit"; cat "$unit"; } | grep -q -F -f <(sed "s|^|$PWD/|" <<<"${changed:-none}"); then
      echo "$unit"
    fi
  done)
  [[ ${#units[@]} -gt 0 ]] || { echo "clang-tidy: nothing changed since $1"; exit 0; }
fi
# The build is by GCC, whose precompiled headers and some of whose warning options Clang does not
# know; groups include sources.
mkdir -p build/tidy
sed 's| -Winvalid-pch -include [^ ]*||' build/compile_commands.json >build/tidy/compile_commands.json
printf '%s\0' "${units[@]}" | xargs -0 -n 1 -P "$(nproc)" \
  clang-tidy -p build/tidy --quiet --checks=-bugprone-suspicious-include \
  --extra-arg=-Wno-unknown-warning-option 2>/dev/null
echo "clang-tidy: ${#units[@]} groups of sources"
