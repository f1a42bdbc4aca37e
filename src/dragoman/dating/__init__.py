"""What date phrases of news English mean: `phrases` finds and reads them, `forms`, `spans`, `counts` and `ages` are their kinds."""
