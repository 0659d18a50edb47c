"""Statements and slogans on paper: leaflets, posters and a newspaper, as PDF and PNG.

content   a statement to the JSON tree that the templates show     glyphs   what the fonts cannot print
style     sheet, design, ink; words and addresses around a text    qr       the codes
press     Typst, its fonts and its templates                       sheets   pages put together on A4
leaflet, poster, newspaper   what can be printed
"""
