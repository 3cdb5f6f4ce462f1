"""The service ai with a server that answers as Vertex AI does."""
