"""Segment: releases → the files of a segment → arrays, one sort of array a module."""
