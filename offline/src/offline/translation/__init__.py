"""Translations of resource types: the requests of the provider, and what it reads of the answers.

`types/<type>.json` has what does not follow from the schema of the provider and the discovery
document of the API. Its keys are those of `model.Translation`.
"""
