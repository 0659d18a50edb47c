"""The words people read, by language: `translator` looks them up in `locales/<language>/*.ftl`."""
