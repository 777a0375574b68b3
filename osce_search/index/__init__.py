"""Index: releases → arrays on disk → one snapshot of arrays."""
