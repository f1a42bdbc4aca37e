"""From a page, HTML or saved as text, to its title, body, authors, outlet and day: the judgement behind `dragoman.clean`."""
