"""Engine: Query × snapshot → Results."""
