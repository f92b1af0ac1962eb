"""What can be done with staff lists: define a source, preview, apply, settle what a crash left."""
