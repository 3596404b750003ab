#!/bin/sh
# Brings the ClickHouse engine (the npm package of package.json that fits this machine) into node_modules. Quick when it is there.
set -eu
cd "$(dirname "$0")"

version=$(sed -n 's/.*"@chdb\/lib-linux-x64-gnu": "\([^"]*\)".*/\1/p' package.json)
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) platform=linux-x64-gnu ;;
  Linux-aarch64 | Linux-arm64) platform=linux-arm64-gnu ;;
  Darwin-arm64) platform=darwin-arm64 ;;
  Darwin-x86_64) platform=darwin-x64 ;;
  *)
    echo "There is no embedded ClickHouse for $(uname -s) on $(uname -m): Linux (glibc) and macOS on x86-64 and arm64 have one." >&2
    exit 1
    ;;
esac
package="node_modules/@chdb/lib-$platform"

present() {
  { [ -s "$package/libchdb.so" ] || [ -s "$package/libchdb.dylib" ]; } && grep -q "\"version\": \"$version\"" "$package/package.json"
}

present && exit 0
if ! command -v npm >/dev/null 2>&1; then
  echo "npm is missing: it brings the embedded ClickHouse engine. Install Node.js 18 or newer (with npm) and run the build again." >&2
  exit 1
fi
echo "Bringing the ClickHouse engine @chdb/lib-$platform $version (180 MB) ..."
npm install --no-package-lock --loglevel=error
if ! present; then
  echo "npm brought no engine into $(pwd)/$package: npm treats it as optional and says nothing." >&2
  echo "Try: cd $(pwd) && npm install --no-save @chdb/lib-$platform@$version" >&2
  exit 1
fi
