"""Tests. The bindings are activated here, before any test module imports cdktf."""

import bindings

bindings.activate()
