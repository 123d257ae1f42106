#!/usr/bin/env bash
# Formatting, static checks and the device schema. Fails when there is nothing to check.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mapfile -t sources < <(find core plugins tests examples -path tests/layers/fixture -prune -o \( -name '*.cpp' -o -name '*.hpp' \) -print | sort)
[[ ${#sources[@]} -gt 0 ]] || { echo "error: no source found" >&2; exit 1; }
clang-format --dry-run --Werror "${sources[@]}"
echo "formatting: ${#sources[@]} files"

mapfile -t cards < <(find devices examples -name '*.xml' | xargs grep -l '<card ' | sort)
[[ ${#cards[@]} -gt 0 ]] || { echo "error: no device card found" >&2; exit 1; }
xmllint --noout --schema devices/device.xsd "${cards[@]}" 2>&1 | grep -v ' validates$' && exit 1
echo "device schema: ${#cards[@]} cards"

mapfile -t chips < <(find devices examples -name "*.architecture.xml" | sort)
[[ ${#chips[@]} -gt 0 ]] || { echo "error: no architecture found" >&2; exit 1; }
xmllint --noout --schema devices/architecture/architecture.xsd "${chips[@]}" 2>&1 | grep -v " validates$" && exit 1
echo "architecture schema: ${#chips[@]} descriptions"
