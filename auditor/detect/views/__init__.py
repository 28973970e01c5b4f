"""A text as recognizers should see it: written plainly, and with disguises taken off."""
