"""Which acts a text tells: the coder on the encoder, the rule table where no model is installed, status and denials."""
