"""Layer 0: compiled loops over arrays. No Python objects, no raising."""
