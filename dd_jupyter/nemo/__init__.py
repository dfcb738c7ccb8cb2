"""NeMo Services over REST: where they are and who asks, one HTTP client, one module for each API."""
