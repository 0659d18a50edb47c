"""Telegram, and nothing but Telegram: what people did comes in, pages go out."""
