#!/usr/bin/env bash
# usage: lsp4j.sh DIR
# Fetches LSP4J and what it needs into DIR by tests/e2e/jetbrains/pom.xml and compares them with jetbrains/SHA256SUMS.
# Does nothing the second time.
set -euo pipefail
from=$(cd "$(dirname "$0")/../jetbrains" && pwd)
mkdir -p "$1"
cd "$1"
if cmp -s "$from/SHA256SUMS" ready && sha256sum --quiet -c "$from/SHA256SUMS"; then exit 0; fi
cp "$from/pom.xml" .
rm -f ./*.jar
for attempt in 1 2 3; do  # a second try goes on with what the first one has fetched
  mvn -q -B -Dmaven.repo.local="$PWD/repository" -DincludeScope=runtime -DoutputDirectory="$PWD" \
    org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies && break
  [ $attempt != 3 ]
done
rm -f error_prone_annotations-*.jar  # not needed to run
sha256sum -c "$from/SHA256SUMS"
rm -rf repository
cp "$from/SHA256SUMS" ready
