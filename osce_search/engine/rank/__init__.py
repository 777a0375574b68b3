"""Rank: matching documents → the page that was asked for, in order."""
