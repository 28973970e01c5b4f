"""Directions: what a text is made from. One file each; its name is that of the direction."""
