#!/bin/sh
# Node with what the service wants of V8 and of malloc; docs/performance.md tells why. Arguments are Node's own.
# The image has no shell: its Dockerfile says the same, and test/service-node.test.ts holds the two together.
MALLOC_ARENA_MAX=2 exec node --max-semi-space-size=4 "$@"
