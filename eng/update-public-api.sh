#!/usr/bin/env bash
# Rewrites the Unshipped public-API file of the named projects from what they declare now: read the diff before you commit it.
# Usage: eng/update-public-api.sh Workflow.Data [Workflow.Training ...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
for project in "$@"; do
  folder=src/$project
  printf '#nullable enable\n' > "$folder/.PublicAPI/PublicAPI.Unshipped.txt"
  log=$(mktemp)
  dotnet build "$folder" -v q -p:TreatWarningsAsErrors=false -p:CodeAnalysisTreatWarningsAsErrors=false > "$log" 2>&1 || { grep -E 'error' "$log" | sort -u | head -20; rm -f "$log"; exit 1; }
  { printf '#nullable enable\n'; grep "/$project/" "$log" | sed -nE "s/.*RS0016: Symbol '(.*)' is not part of the declared public API.*/\1/p" | LC_ALL=C sort -u; } > "$folder/.PublicAPI/PublicAPI.Unshipped.txt"
  rm -f "$log"
  echo "$project: $(($(wc -l < "$folder/.PublicAPI/PublicAPI.Unshipped.txt") - 1)) members"
done
