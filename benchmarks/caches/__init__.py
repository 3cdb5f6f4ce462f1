"""The cache of services/shared measured, beside cashews and aiocache used directly."""
