"""Match: Plan × snapshot → the documents that match, with the scores of their words."""
