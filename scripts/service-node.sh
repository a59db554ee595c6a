#!/bin/sh
# Node with what the service wants of V8 and of malloc; docs/performance.md tells why. Arguments are Node's own.
# The image has no shell: its Dockerfile says the same, and test/service-node.test.ts holds the two together.
# What V8 has compiled of 1,300 modules is kept beside the packages, where that folder can be written to: the next start reads it.
cache="$(dirname "$0")/../node_modules/.cache/compiled"
MALLOC_ARENA_MAX=2 NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$cache}" exec node --min-semi-space-size=4 --max-semi-space-size=4 "$@"
