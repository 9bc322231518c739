"""What the engine calls this app's deliveries."""

NEWS = "news"  # something new to read here
