"""The hall that joins the four rooms: settings, wiring, one web application, command line, pages, bridges, demo."""
