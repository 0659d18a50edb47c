"""What the keeper may see of a running service.

logs   lines on stderr: constant event names and typed fields, nothing about people
"""
