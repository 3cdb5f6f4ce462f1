"""The cache of services/shared measured, next to cashews and aiocache used directly."""
