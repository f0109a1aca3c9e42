"""The command-line tool `hepatia`: run, rebuild, doctor, pseudonym."""
