#!/usr/bin/env bash
# Installs what the tests need on a Debian 12 machine: as root through apt, otherwise it says what is missing.
# Does nothing when everything is there.
set -euo pipefail

if ! command -v dotnet > /dev/null || ! dotnet --list-sdks | grep -q '^10\.'; then
  echo "The .NET SDK 10 is needed and was not found on PATH." >&2
  exit 3
fi

# libgomp1: LightGBM. git: versioning. postgresql and redis-server: the tests start servers of their own. gcc and zlib1g-dev: native AOT links with them.
packages=(libgomp1 git postgresql redis-server gcc libc6-dev zlib1g-dev python3 python3-venv)
# nodejs and npm: Azurite, which the tests of Azure blobs start; the machine may have them from elsewhere.
command -v node > /dev/null && command -v npm > /dev/null || packages+=(nodejs npm)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2> /dev/null | grep -q 'ok installed' || missing+=("$package")
done

if [ "${#missing[@]}" -eq 0 ]; then
  echo "Everything is installed."
elif [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  apt-get install -y -q --no-install-recommends "${missing[@]}"
else
  echo "Install these packages, then run again: ${missing[*]}" >&2
  exit 3
fi
