#!/usr/bin/env bash
# An installation in a scratch folder, a plugin built against it, and its device in both engines.
#
#   out_of_tree_plugin.sh BUILD PLUGIN_SOURCE COMPILER GENERATOR
set -euo pipefail
build=$1
source=$2
compiler=$3
generator=$4
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cmake --install "$build" --prefix "$scratch/installed" >"$scratch/install.log"
cp -r "$source" "$scratch/plugin"
cmake -S "$scratch/plugin" -B "$scratch/plugin/build" -G "$generator" \
  -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_PREFIX_PATH="$scratch/installed" >"$scratch/configure.log" ||
  { cat "$scratch/configure.log"; exit 1; }
cmake --build "$scratch/plugin/build" >"$scratch/build.log" || { cat "$scratch/build.log"; exit 1; }

export NEUCASL_PLUGIN_PATH="$scratch/plugin/build/lib/neucasl/plugins"
tool="$scratch/installed/bin/neucasl"
"$tool" plugins check
"$tool" devices models cubic_conductor
for simulator in ngspice native; do
  for form in compiled behavioural; do
    "$tool" simulate "$scratch/plugin/divider.ncir" --simulator "$simulator" --analysis op \
      --device-form "$form" --tolerance tight --format json >"$scratch/$simulator-$form.json"
    echo "$simulator, $form:"
    cat "$scratch/$simulator-$form.json"
    # (1 - v) / 100 kohm = 10 uS v (1 + (v / 0.5 V)^2), that is 4 v^3 + 2 v = 1.
    voltage=$(sed -n 's/.*"middle": *\([-+.0-9e]*\).*/\1/p' "$scratch/$simulator-$form.json")
    awk -v v="$voltage" 'BEGIN { e = 4 * v ^ 3 + 2 * v - 1; exit !(v != "" && e < 1e-8 && e > -1e-8) }' ||
      { echo "error: middle = '$voltage' V does not solve 4 v^3 + 2 v = 1" >&2; exit 1; }
  done
done
