"""The Google APIs of the project."""

from constructs.apis.apis import Apis

__all__ = ["Apis"]
