"""Start of a program that synthesizes once and ends: import it before `cdktf`.

    import bindings.startup  # isort: skip

The import activates the bindings (see the package), so that the imports below it are fast, and
replaces the traceback of errors that the machine causes (`bindings.failures`).
"""

import atexit
import gc
import sys

import bindings
from bindings import failures
from bindings.features import FeatureError, is_enabled

sys.excepthook = failures.report
try:
    bindings.activate()
except FeatureError as error:
    print(f"Error: {error}", file=sys.stderr)
    sys.exit(2)
if is_enabled("gc"):
    gc.disable()  # a second's work leaves little garbage, and a collection takes a tenth of it
    atexit.register(gc.freeze)  # or Python examines every object once more when it ends
