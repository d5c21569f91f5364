#!/usr/bin/env bash
# The contract in proto/: style, compatibility with what was committed before, generated code up to date.
# Called by `make lint`; BUF is the buf command.
set -euo pipefail

"$BUF" lint

# What to compare with: the last commit whose proto/ differs from the working tree.
base=""
for commit in $(git log --format=%H -- 'proto/*.proto' 2>/dev/null); do
    if ! git diff --quiet "$commit" -- 'proto/*.proto' && git cat-file -e "$commit:proto" 2>/dev/null; then
        base=$commit
        break
    fi
done
if [[ -n $base ]]; then
    "$BUF" breaking --against ".git#ref=$base"
    echo "buf breaking: compatible with ${base:0:12}"
else
    echo "buf breaking: skipped, no earlier version of proto/ is committed here"
fi

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
make --no-print-directory --silent proto PROTO_OUT="$fresh"
stale=0
while IFS= read -r -d '' file; do
    cmp --silent "$fresh/$file" "proto/$file" || { echo "proto/$file does not match its .proto file: run make proto" >&2; stale=1; }
done < <(cd "$fresh" && find . -type f -print0)
while IFS= read -r -d '' file; do
    [[ -e $fresh/$file ]] || { echo "proto/$file belongs to no .proto file: delete it" >&2; stale=1; }
done < <(cd proto && find . -name '*_pb2*' -not -path '*/__pycache__/*' -print0)
exit "$stale"
