"""Word lists for generated passphrases, one word a line, one file a language, its licence beside it."""
