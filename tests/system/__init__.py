"""The whole program as a process: killed, stopped, started twice, started in bad places."""
