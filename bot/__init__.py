"""Handbill: a Telegram bot that hands out statements and updates and keeps its list of readers sealed."""
