"""Segment: releases → the files of a segment → arrays."""
