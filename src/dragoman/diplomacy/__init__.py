"""Talks, their series and their attendance, pledges and what followed: the work behind `dragoman.meetings`."""
