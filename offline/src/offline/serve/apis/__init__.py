"""One module and one data file for each API: what it does and fills in beyond its document."""
