"""Show: ranked documents → hits with passages, reasons and explanations."""
