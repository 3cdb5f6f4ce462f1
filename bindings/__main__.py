"""Build the overlay if it is missing or damaged, and print its folder: `python -m bindings`."""

import sys

from bindings.overlay import build

try:
    print(build(check_content=True))
except (OSError, KeyError, ValueError) as error:
    sys.exit(f"Error: The overlay cannot be built: {error}")
