"""Build the overlay if it is missing or damaged, and print its folder: `python -m bindings`."""

from bindings.overlay import build

print(build(check_content=True))
