"""The life of a delegation, a step a file: offered, signed, accepted, agreed to, in force, and how it ends."""
