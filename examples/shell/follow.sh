#!/bin/sh
# Follows how a model learns, with kcat and jq: step, loss by term, average activation of each hidden layer.
# usage: follow.sh BOOTSTRAP_SERVERS [MODEL [LINES]]; without LINES from now on until stopped, with it the last ones.
# Needs kcat and jq (Debian: apt-get install kcat jq).
set -eu
servers=${1:?usage: follow.sh BOOTSTRAP_SERVERS [MODEL [LINES]]}
model=${2:-sparse}
lines=${3:-}

if [ -n "$lines" ]; then
  from="-o -$lines -e" # -e: ends at the end
else
  from="-o end"
fi

# shellcheck disable=SC2086 # $from is words
kcat -C -q -u -b "$servers" -t "activations.$model" -X isolation.level=read_committed $from |
  jq --unbuffered -r '
    def f: . * 10000 | round / 10000;
    select(.loss) | # between them stand the answers to control records
    [ "step \(.step)", (.loss | to_entries[] | "\(.key) \(.value | f)"),
      (.layers | to_entries[] | "\(.key) \(.value.runningAverage.recent | f)") ] | join("  ")'
