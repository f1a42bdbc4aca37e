"""Faults on purpose: what a killed, starved or crowded run leaves behind, and that a re-run mends it."""
