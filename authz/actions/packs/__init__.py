"""The life of a policy pack: read and checked, uploaded as a draft, tested, activated, rolled back, deactivated."""
