"""Evaluation: index × topics × judgements → measures, differences and a gate."""
