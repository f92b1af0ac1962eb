"""What is true about clients, interactions, sessions, grants and claims. No I/O, no clock, no technology."""
