"""Files that hold pages: archives, feeds, tables, mail and PDF, each taken apart within bounds."""
