"""Facts → who may see whom, since when, until when: pure."""
