"""Build the overlay if it is missing, and print its folder: `python -m bindings`."""

from bindings.overlay import build

print(build())
