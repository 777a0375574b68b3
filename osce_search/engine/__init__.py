"""Engine: Plan × snapshot → Results."""
