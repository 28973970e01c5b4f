"""Detection of identifiers, behind checks/identifiers.py."""
