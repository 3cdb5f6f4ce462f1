"""Start of a program that synthesizes once and ends: import it before `cdktf`.

    import bindings.startup  # isort: skip

The import activates the bindings (see the package), so that the imports below it are fast.
"""

import atexit
import gc

import bindings
from bindings.features import is_enabled

bindings.activate()
if is_enabled("gc"):
    gc.disable()  # a second's work leaves little garbage, and a collection takes a tenth of it
    atexit.register(gc.freeze)  # or Python examines every object once more when it ends
