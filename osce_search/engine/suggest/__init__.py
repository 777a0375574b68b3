"""Suggest: a plan without hits → what to leave out and what to ask instead."""
