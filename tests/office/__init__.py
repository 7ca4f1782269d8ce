"""What needs LibreOffice: `make office` installs it and runs these."""
