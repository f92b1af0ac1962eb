"""What may be done: the question, the facts, the rules of law and their combination. No I/O, no clock, no chance."""
