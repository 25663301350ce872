"""The model port: any OpenAI-compatible address, one deadline, retries, a breaker. Home of openai and tenacity."""
