#!/usr/bin/env bash
# Installs what is needed, builds everything and runs every test.
#
#   bash tests/run.sh [ctest options, for example -R ir or -LE slow]
#   NEUCASL_BENCHMARKS=OFF leaves out what `neucasl benchmark` runs
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash third_party/install_packages.sh
mkdir -p build
cmake --preset release -DNEUCASL_TESTS=ON -DNEUCASL_BENCHMARKS="${NEUCASL_BENCHMARKS:-ON}" \
  >build/configure.log || { cat build/configure.log; exit 1; }
echo "Building, a few minutes ..."
cmake --build --preset release >build/build.log || { tail -n 40 build/build.log; exit 1; }

bash tests/style.sh
ctest --test-dir build --output-on-failure --no-tests=error -j "$(nproc)" "$@"
