"""Who is meant: names, offices, bodies and pronouns of an article, tied in chains and to states: the work behind `dragoman.mentions`."""
