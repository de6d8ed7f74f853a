"""A version of the patient read model made anew, proven, switched to and back."""
