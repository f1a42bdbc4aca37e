"""Who said what: cues, contents, speakers, turns, issues and stance: the work behind `dragoman.statements`."""
