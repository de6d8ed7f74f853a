"""A version made anew, proven, switched to and back."""
