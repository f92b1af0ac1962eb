"""The three processes of the programme, told as their maps draw them, through the public API of the whole program."""
