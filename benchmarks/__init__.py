"""Our figures and the peers', measured in one run and compared for equality."""
