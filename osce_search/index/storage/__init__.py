"""Storage: arrays → durable files, and the generation file that says which of them are the index."""
