#!/usr/bin/env bash
# Rewrites the Unshipped public-API files from what the libraries declare now: read the diff before you commit it.
# Usage: eng/update-public-api.sh [Workflow.Data ...]   (without names: every library)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ $# -gt 0 ]; then projects=("$@"); else mapfile -t projects < <(for folder in src/*/.PublicAPI; do basename "$(dirname "$folder")"; done); fi
for project in "${projects[@]}"; do
  printf '#nullable enable\n' > "src/$project/.PublicAPI/PublicAPI.Unshipped.txt"
done
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for project in "${projects[@]}"; do
  dotnet build "src/$project" -c Release -v q -p:TreatWarningsAsErrors=false -p:CodeAnalysisTreatWarningsAsErrors=false >> "$log" 2>&1 || { grep -E 'error' "$log" | sort -u | head -20; exit 1; }
done
for project in "${projects[@]}"; do
  file="src/$project/.PublicAPI/PublicAPI.Unshipped.txt"
  { printf '#nullable enable\n'; { grep "/src/$project/" "$log" || true; } | sed -nE "s/.*RS0016: Symbol '(.*)' is not part of the declared public API.*/\1/p" | LC_ALL=C sort -u; } > "$file.new"
  mv "$file.new" "$file"
  echo "$project: $(($(wc -l < "$file") - 1)) members"
done
