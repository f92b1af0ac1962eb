"""Speed and memory, measured side by side with peers in one run and told as ratios. Nothing here is a test."""
