"""Stacks: constructs wired together for one environment."""

from stacks.platform import PlatformStack

__all__ = ["PlatformStack"]
