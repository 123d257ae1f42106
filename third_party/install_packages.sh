#!/usr/bin/env bash
# Installs every package that building, testing and running need, from Debian 12 alone.
# Nothing is done when all of them are there.
set -euo pipefail

packages=(
  # build
  ca-certificates cmake g++ ninja-build pkg-config protobuf-compiler
  # libraries
  libboost-dev libboost-graph-dev libboost-program-options-dev libeigen3-dev libngspice0-dev
  libprotobuf-dev libpugixml-dev zlib1g-dev
  # campaigns on several machines
  libopenmpi-dev openmpi-bin
  # drawings of netlists
  graphviz
  # tests and benchmarks
  clang-format clang-tidy libbenchmark-dev libgtest-dev libonnx-testdata libxml2-utils ngspice
  # data: Fashion-MNIST (MIT licence)
  dataset-fashion-mnist
  # data: the King James text (public domain)
  bible-kjv
)

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [[ $state == "install ok installed" ]] || missing+=("$package")
done
[[ ${#missing[@]} -eq 0 ]] && exit 0

echo "Installing ${missing[*]}"
as_root=()
if [[ $(id -u) -ne 0 ]]; then
  command -v sudo >/dev/null || { echo "error: run as root, or install sudo" >&2; exit 2; }
  as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
