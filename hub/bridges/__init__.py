"""The seams between the rooms, one short file each, named as a sentence."""
