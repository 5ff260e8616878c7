#!/usr/bin/env bash
# Prepares the machine, builds with warnings as errors, packs, and runs every test, the sample and the benchmarks (dry).
# Ends with the single line "N passed, N failed, N skipped". Exit status 0 only when nothing failed.
# Usage: ./test.sh [--no-unexpected-skips]   (CI: a skip that eng/expected-skips.txt does not list is a failure)
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

strict=false
[ "${1:-}" = "--no-unexpected-skips" ] && strict=true

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1
export DVC_NO_ANALYTICS=1 DVC_STUDIO_OFFLINE=1 MLFLOW_DISABLE_TELEMETRY=true DO_NOT_TRACK=1
export WORKFLOW_AZURITE=${WORKFLOW_AZURITE:-${XDG_CACHE_HOME:-$HOME/.cache}/workflow/azurite}
export WORKFLOW_PEERS=${WORKFLOW_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/workflow/peers}

results=artifacts/test-results
logs=artifacts/logs
rm -rf "$results" artifacts/package
mkdir -p "$results" "$logs"
passed=0 failed=0 skipped=0

finish() {
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ] && exit 0
  exit 1
}

# A step that is no test module counts as one test.
step() {
  local name=$1 log="$logs/$2.log" start=$SECONDS
  shift 2
  echo "== $name"
  if "$@" > "$log" 2>&1; then
    passed=$((passed + 1))
    echo "   done in $((SECONDS - start)) s"
  else
    failed=$((failed + 1))
    tail -n 60 "$log"
    echo "   FAILED after $((SECONDS - start)) s; the whole log is $log"
    return 1
  fi
}

prepare_machine() { bash eng/prepare-debian12.sh; }

prepare_peers() {
  if [ -x ../shared/peers/install.sh ] || [ -f ../shared/peers/install.sh ]; then
    bash ../shared/peers/install.sh "$WORKFLOW_PEERS"
  else
    echo "../shared/peers is not here: the tests that meet real peers will skip and say so."
  fi
}

# Azurite, Microsoft's stand-in for Azure Storage, in one version; the tests start it themselves on a free port of the loopback interface.
azurite_version=3.35.0
prepare_azurite() {
  if ! command -v npm > /dev/null; then
    echo "npm is not here: the tests of Azure blobs will skip and say so."
  elif [ ! -f "$WORKFLOW_AZURITE/node_modules/azurite/package.json" ] || ! grep -q "\"version\": \"$azurite_version\"" "$WORKFLOW_AZURITE/node_modules/azurite/package.json"; then
    mkdir -p "$WORKFLOW_AZURITE" && npm install --prefix "$WORKFLOW_AZURITE" "azurite@$azurite_version" --no-audit --no-fund --ignore-scripts
  fi
}

step "machine" machine prepare_machine || finish
step "peers" peers prepare_peers || finish
step "azurite" azurite prepare_azurite || finish
step "build (Release, warnings as errors)" build dotnet build Workflow.sln -c Release || finish
step "pack" pack dotnet pack Workflow.sln -c Release || finish

for project in tests/*.Tests/*.csproj; do
  module=$(basename "$project" .csproj)
  program="artifacts/bin/$module/release/$module"
  report="$results/$module.xml"
  start=$SECONDS
  echo "== $module"
  "$program" --results-directory "$results" --report-xunit-xml --report-xunit-xml-filename "$module.xml" --progress off --timeout 30m > "$logs/$module.log" 2>&1
  status=$?
  header=$(grep -m1 -o '<assembly [^>]*>' "$report" 2>/dev/null || true)
  number() { printf '%s' "$header" | sed -nE "s/.* $1=\"([0-9]+)\".*/\1/p"; }
  total=$(number total)
  if [ -z "$header" ] || [ "${total:-0}" -eq 0 ]; then
    # Missing, crashed or empty: a failure, whatever it printed.
    tail -n 60 "$logs/$module.log"
    echo "   FAILED: no results (exit status $status)"
    failed=$((failed + 1))
    continue
  fi
  bad=$(($(number failed) + $(number errors)))
  passed=$((passed + $(number passed)))
  skipped=$((skipped + $(number skipped)))
  if [ "$bad" -eq 0 ] && [ "$status" -ne 0 ]; then bad=1; fi
  if [ "$bad" -ne 0 ]; then
    failed=$((failed + bad))
    grep -vE '^\s*$' "$logs/$module.log" | tail -n 120
  fi
  echo "   $(number passed) passed, $bad failed, $(number skipped) skipped in $((SECONDS - start)) s"
done

# Twice: the second run finds the events of the first, and counts none of them again.
feature_serving() {
  local program=artifacts/bin/FeatureServing/release/FeatureServing answers
  for _ in 1 2; do
    answers=$("$program") || return 1
    echo "$answers"
    [[ $answers == *'"drivers.trips_7d","value":3,"status":"Present"},{"name":"drivers.fare_mean_1h","value":12,'* ]] || return 1
  done
}
step "sample: FeatureServing" feature-serving feature_serving || true

step "benchmarks (dry)" benchmarks artifacts/bin/Workflow.Benchmarks/release/Workflow.Benchmarks --filter '*' --job dry --artifacts artifacts/benchmarks || true
for peer in benchmarks/peers/*/*.csproj; do
  # They read real data, which lies beside the repository on some machines only.
  [ -e "$peer" ] && [ -d ../shared/data ] || continue
  name=$(basename "$peer" .csproj)
  step "benchmark against peers: $name" "peer-$name" "artifacts/bin/$name/release/$name" --repeats 3 || true
done

if $strict; then
  grep -ho '<test [^>]*result="Skip"[^>]*>' "$results"/*.xml 2>/dev/null | sed -nE 's/.* name="([^"]*)".*/\1/p' | sort -u > "$results/skips.txt"
  unexpected=$(grep -vxFf <(grep -vE '^(#|$)' eng/expected-skips.txt) "$results/skips.txt" || true)
  if [ -n "$unexpected" ]; then
    echo "== skips that eng/expected-skips.txt does not list:"
    echo "$unexpected"
    failed=$((failed + $(printf '%s\n' "$unexpected" | wc -l)))
  fi
fi

finish
